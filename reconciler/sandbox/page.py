"""The page that shows a person what the sandbox holds; credential keys, never their values."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from reconciler.sandbox.wire import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.sandbox.store import Store
    from reconciler.sandbox.wire import Document

_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

_STYLE = """
:root { color-scheme: light dark;
  --ink: light-dark(#1c2330, #e6e9ef); --dim: light-dark(#5c6675, #9aa4b2);
  --ground: light-dark(#f5f6f8, #14171c); --card: light-dark(#fff, #1c2027);
  --line: light-dark(#dfe3e8, #2d333c); --good: light-dark(#136c3a, #63d297);
  --lead: light-dark(#6b3fd4, #b79bff); --soft: light-dark(#eceff3, #272c35); }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
header, main { max-width: 78rem; margin: 0 auto; padding: 0 1.5rem }
header { padding-top: 1.75rem }
h1 { margin: 0; font-size: 1.35rem }
header p { margin: .25rem 0 0; color: var(--dim) }
section { margin: 1.5rem 0; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; overflow-x: auto }
section:focus-visible { outline: 2px solid var(--lead); outline-offset: 2px }
table { width: 100%; min-width: 62rem; border-collapse: collapse; table-layout: fixed }
col:nth-child(1) { width: 17% } col:nth-child(2) { width: 19% } col:nth-child(3) { width: 12% }
col:nth-child(4) { width: 8% } col:nth-child(5) { width: 7% } col:nth-child(6) { width: 13% }
caption { padding: .9rem 1rem .7rem; text-align: left; font-weight: 600; font-size: 1.05rem }
caption small { display: block; color: var(--dim); font-weight: 400; font-size: .85rem }
th, td { padding: .5rem 1rem; border-top: 1px solid var(--line); text-align: left;
  vertical-align: top }
thead th { color: var(--dim); font-weight: 500; font-size: .8rem; white-space: nowrap }
tbody th { font-weight: 500 }
th, td { overflow-wrap: anywhere }
code { font: .86em ui-monospace, monospace }
td.keys code { display: inline-block; margin: 0 .3rem .2rem 0; padding: 0 .4rem;
  background: var(--soft); border-radius: 4px }
.yes { color: var(--good); font-weight: 500 }
.lead { color: var(--lead); font-weight: 600; white-space: nowrap }
td.keys { line-height: 1.7 }
.no, .none { color: var(--dim) }
.none { margin: 0; padding: 0 1rem 1rem }
"""

_SCRIPT = """
setInterval(async () => {
  try {
    const text = await (await fetch(location.pathname)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    const shown = document.querySelector("main");
    if (fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
  } catch { /* the sandbox is gone; what was shown last stays */ }
}, 2000);
"""

_SHOWN = 500
_COLUMNS = (
    "Name",
    "Identifier",
    "Provider",
    "Channel",
    "Active",
    "Priority",
    "Credentials stored",
)


def render(store: Store, environments: Mapping[str, Document]) -> Response:
    """The page, with all that the store holds.

    Args:
        store: where the rows are.
        environments: by name.
    """
    sections = "\n".join(_section(each, store) for each in environments.values())
    text = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>novu-sync sandbox</title>
<link rel="icon" href="data:,">
<style>{_STYLE}</style>
<header>
<h1>novu-sync sandbox</h1>
<p>What this Novu-compatible server holds. Of credentials only the keys are shown.</p>
</header>
<main>
{sections}
</main>
<script>{_SCRIPT}</script>
</html>
"""
    return Response(status=200, headers=_HEADERS, body=text.encode())


def _section(environment: Document, store: Store) -> str:
    rows = store.integrations.find(_environmentId=environment["_id"], deleted=False)
    count = f"{len(rows)} integration{'' if len(rows) == 1 else 's'}"
    if len(rows) > _SHOWN:
        count += f", the first {_SHOWN} shown"
    columns = "<col>" * len(_COLUMNS)
    heads = "".join(f'<th scope="col">{column}</th>' for column in _COLUMNS)
    body = "\n".join(_row(each) for each in rows[:_SHOWN])
    empty = "" if rows else '<p class="none">No integrations yet.</p>'
    name = escape(environment["name"])
    return f"""<section tabindex="0" aria-label="{name}">
<table>
<caption>{name}
<small>{count} · <code>{escape(environment["_id"])}</code></small></caption>
<colgroup>{columns}</colgroup>
<thead><tr>{heads}</tr></thead>
<tbody>
{body}
</tbody>
</table>
{empty}
</section>"""


def _row(row: Document) -> str:
    keys = " ".join(f"<code>{escape(key)}</code>" for key in row.get("credentials", {}))
    active = '<span class="yes">yes</span>' if row["active"] else '<span class="no">no</span>'
    priority = str(row["priority"] or "")
    if row["primary"]:
        priority += ' <span class="lead">★ primary</span>'
    return (
        f'<tr><th scope="row">{escape(row["name"])}</th>'
        f"<td><code>{escape(row['identifier'])}</code></td>"
        f"<td>{escape(row['providerId'])}</td>"
        f"<td>{escape(row.get('channel', 'agent'))}</td>"
        f"<td>{active}</td><td>{priority}</td>"
        f'<td class="keys">{keys}</td></tr>'
    )
