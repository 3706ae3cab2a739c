"""Reads the events of a YAML parser into plain values, and finds the traps on the way.

The loop is the hot path of everything: it makes no object of its own for a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from reconciler.config.anchors import MAX_ALIASED, Anchored, Anchors
from reconciler.config.places import MERGE, pointer
from reconciler.config.scalars import NUMBER_STARTS, WORDS, EndlessError, UnclearError, number
from reconciler.findings import Location, finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import events

    from reconciler.config.places import Path
    from reconciler.findings import Finding
    from reconciler.secret import Json

MAX_DEPTH: Final = 64
"""How deep lists and mappings may be nested; a project needs ten, rules a few more."""

_BLOCKS: Final = "integrations"
_BLOCK_DEPTH: Final = 2

_QUOTES: Final = "Put it in quotes if it is text, or write the number plainly."
_DETAILS: Final = {
    "tag": "Tags (`!…`) mean nothing in a project. Leave it out; text that looks like something"
    " else is put in quotes.",
    "key type": "Keys are text, and YAML reads this one as something else. Put it in quotes.",
    "key mapping": "A list or a mapping cannot be a key. Text in braces, as templates have it, is"
    " put in quotes.",
    "recursive": "The alias stands inside of what it names, so it would never end. Write out what"
    " is meant.",
    "undefined": "No anchor of that name stands above. Set it with `&name`, or put the text in"
    " quotes.",
    "aliased": f"The aliases of the file stand for more than {MAX_ALIASED:,} values, or for values"
    f" nested deeper than {MAX_DEPTH}. Use fewer, or write out what is meant.",
    "deep": f"Values are nested deeper than {MAX_DEPTH}. Nothing in a project needs that.",
    "merge": "A merge key (`<<`) takes a mapping, or a list of mappings.",
    "endless": "Novu's API cannot take infinity or what is not a number. Write a number, or put"
    " text in quotes.",
    "several": "A second document begins here (`---`), and a file holds one. Give each a file, and"
    " list them under `include`.",
    "empty": "The file holds nothing but blanks and comments. Remove it, or write what belongs"
    " here; a file without integrations says `integrations: []`.",
}


class _NoKey:
    """Stands where a key would: in front of what is dropped, or of a key that is a mapping."""


class _Merge(NamedTuple):
    """Stands where a key would, in front of what is merged."""

    place: Location


_DROPPED: Final = _NoKey()
_MAPPING_AS_KEY: Final = _NoKey()


class _Frame(NamedTuple):
    """A list or mapping that waits while something inside of it is read."""

    container: Any
    key: str | _NoKey | _Merge | None
    merges: list[dict[str, Json]]
    anchor: str | None


class StopError(Exception):
    """The rest of the file is of no use; the last finding says why."""


class Reader:
    """Reads the one document of a text.

    Attributes:
        value: what was read; `None` until all of it was.
        findings: the traps that were met, in the order of the text.
        blocks: line and column where each mapping in the top-level list ``integrations`` begins.
        repeated: the path of each key that was there before, and the place of its repetition.
    """

    def __init__(self, parser: Any, file: str) -> None:  # noqa: ANN401 - PyYAML's parsers share no type
        self.value: Json = None
        self.findings: list[Finding] = []
        self.blocks: dict[int, tuple[int, int]] = {}
        self.repeated: list[tuple[Path, Location]] = []
        self._parser = parser
        self._file = file
        self._roots: list[Json] = []
        self._stack: list[_Frame] = []
        self._container: Any = self._roots
        self._key: str | _NoKey | _Merge | None = None
        self._merges: list[dict[str, Json]] = []
        self._anchors = Anchors()
        self._keys: dict[str, str] = {}

    def read(self) -> None:
        """Read the text to its end.

        Raises:
            StopError: the rest is of no use.
            yaml.YAMLError: the parser gave up.
        """
        import yaml  # noqa: PLC0415 - imported late: costs 15 ms

        handlers: dict[type[object], Callable[[Any], None]] = {
            yaml.StreamStartEvent: _pass,
            yaml.DocumentStartEvent: self._begin,
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceStartEvent: self._open_list,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentEndEvent: _pass,
        }
        next_event = self._parser.get_event
        event = next_event()
        while event.__class__ is not yaml.StreamEndEvent:
            handlers[event.__class__](event)
            event = next_event()
        if not self._roots:
            self._report("NS109", "empty", event)
            raise StopError
        self.value = self._roots[0]

    def _begin(self, event: events.Event) -> None:
        if self._roots:
            self._report("NS108", "several", event)
            raise StopError

    def _scalar(self, event: events.ScalarEvent) -> None:
        text = event.value
        if event.tag is not None:
            self._report("NS104", "tag", event)
        if self._key is None and self._container.__class__ is dict:
            if event.anchor is not None:
                self._anchors.set(event.anchor, text)
            self._scalar_key(text, event)
            return
        value: Json = text
        if event.implicit[0]:
            if text in WORDS:
                value = WORDS[text]
            elif text[0] in NUMBER_STARTS:
                value = self._number(text, event)
        if event.anchor is not None:
            self._anchors.set(event.anchor, value)
        self._add(value)

    def _number(self, text: str, event: events.Event) -> int | float | str:
        try:
            return number(text)
        except UnclearError as unclear:
            place = self._place(event)
            self._tell("NS110", f"It is not in quotes, and {unclear.why}. {_QUOTES}", place)
        except EndlessError:
            self._report("NS111", "endless", event)
        return text

    def _scalar_key(self, text: str, event: events.ScalarEvent) -> None:
        if event.implicit[0]:
            if text == MERGE:
                self._key = _Merge(self._place(event))
                return
            if not _is_text(text):
                self._report("NS103", "key type", event)
        self._begin_entry(text, event)

    def _begin_entry(self, key: str, event: events.Event) -> None:
        self._key = self._keys.setdefault(key, key)
        if key in self._container:
            self.repeated.append((self._path(), self._place(event)))
            self._key = _DROPPED

    def _open_mapping(self, event: events.MappingStartEvent) -> None:
        self._open(event, {})

    def _open_list(self, event: events.SequenceStartEvent) -> None:
        self._open(event, [])

    def _open(self, event: events.CollectionStartEvent, container: Json) -> None:
        if event.tag is not None:
            self._report("NS104", "tag", event)
        if self._key is None and self._container.__class__ is dict:
            self._report("NS103", "key mapping", event)
            self._key = _MAPPING_AS_KEY
        depth = len(self._stack)
        if depth == MAX_DEPTH:
            self._report("NS106", "deep", event)
            raise StopError
        if depth == _BLOCK_DEPTH and self._stack[1].key == _BLOCKS:
            mark = event.start_mark
            self.blocks[len(self._container)] = (mark.line + 1, mark.column + 1)  # type: ignore[union-attr]  # events of the parser carry marks
        self._stack.append(_Frame(self._container, self._key, self._merges, event.anchor))
        self._container, self._key, self._merges = container, None, []

    def _close(self, _: events.Event) -> None:
        value = self._container
        for source in self._merges:
            for key, item in source.items():
                value.setdefault(key, item)
        self._container, self._key, self._merges, anchor = self._stack.pop()
        if anchor is not None:
            self._anchors.set(anchor, value)
        self._add(value)

    def _alias(self, event: events.AliasEvent) -> None:
        anchored = self._anchors.get(event.anchor)  # type: ignore[arg-type]  # an alias event always names its anchor
        if anchored is None:
            inside = any(frame.anchor == event.anchor for frame in self._stack)
            self._report("NS105", "recursive" if inside else "undefined", event)
            anchored = Anchored(event.anchor)  # some text, so that reading can go on
        too_deep = len(self._stack) + anchored.depth > MAX_DEPTH
        if not self._anchors.use(anchored) or too_deep:
            self._report("NS106", "aliased", event)
            raise StopError
        if self._key is not None or self._container.__class__ is not dict:
            self._add(anchored.value)
        elif isinstance(anchored.value, str):
            self._begin_entry(anchored.value, event)
        else:
            self._report("NS103", "key type", event)
            self._key = _DROPPED

    def _add(self, value: Json) -> None:
        container, key = self._container, self._key
        if container.__class__ is list:
            container.append(value)
        elif key.__class__ is str:
            container[key] = value
            self._key = None
        else:
            self._key = _DROPPED if key is _MAPPING_AS_KEY else None
            if isinstance(key, _Merge):
                self._merge(value, key.place)

    def _merge(self, value: Json, place: Location) -> None:
        for source in value if isinstance(value, list) else [value]:
            if isinstance(source, dict):
                self._merges.append(source)
            else:
                self._tell("NS107", _DETAILS["merge"], place)

    def _path(self) -> Path:
        """The path of what is being read, as far as keys are keys."""
        path: list[str | int] = []
        for container, key in (
            *((frame.container, frame.key) for frame in self._stack[1:]),
            (self._container, self._key),
        ):
            if container.__class__ is list:
                path.append(len(container))
            elif isinstance(key, str):
                path.append(key)
            else:
                break
        return tuple(path)

    def _report(self, code: str, detail: str, event: events.Event) -> None:
        self._tell(code, _DETAILS[detail], self._place(event))

    def _tell(self, code: str, detail: str, place: Location) -> None:
        at = pointer(self._path()) if self._stack else ""
        self.findings.append(finding(code, detail, location=place, pointer=at))

    def _place(self, event: events.Event) -> Location:
        mark = event.start_mark
        return Location(file=self._file, line=mark.line + 1, column=mark.column + 1)  # type: ignore[union-attr]  # events of the parser carry marks


def _pass(_: events.Event) -> None:
    """Beginnings and ends that say nothing."""


def _is_text(key: str) -> bool:
    """Whether an unquoted key is text; `on` and its like are, since Novu's conditions use it."""
    if key in WORDS:
        return key.lower() in ("on", "off", "yes", "no")
    if key[0] not in NUMBER_STARTS:
        return True
    try:
        return isinstance(number(key), str)
    except ValueError:
        return False
