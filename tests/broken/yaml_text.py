"""What YAML lets one write, and a project does not take."""

from __future__ import annotations

from broken.case import HEAD, case, whole

SLACK = "integrations:\n  - identifier: slack\n    providerId: slack\n"
TAB_MEND = "indented with a tab. YAML takes blanks only"

CASES = (
    case(
        "a key of an integration stands twice",
        SLACK + "    name: One\n    «NS113»name: Two\n",
        "the first one is in line 12, column 5. YAML would keep one of them without a word",
    ),
    case(
        "a key of credentials stands twice",
        SLACK + "    configurations:\n      inboxCount: unread\n      «NS113»inboxCount: unread\n",
        "`inboxCount` stands here again",
    ),
    case(
        "the list of integrations stands twice",
        SLACK + "«NS113»integrations: []\n",
        "Remove the other",
    ),
    case(
        "aliases of aliases stand for millions of values",
        "x-a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n"
        + "".join(
            f"x-{chr(97 + n)}: &{chr(97 + n)} [{', '.join([f'*{chr(96 + n)}'] * 12)}]\n"
            for n in range(1, 5)
        )
        + "x-f: [*e, *e, «NS106»*e, *e]\n",
        "stand for more than 1,000,000 values",
    ),
    case(
        "merge keys of merge keys do so too",
        f"x-a: &a {{{', '.join(f'k{n}: 0' for n in range(1000))}}}\n"
        "x-b:\n" + "  - <<: *a\n" * 999 + "  - <<: «NS106»*a\n",
        "Use fewer, or write out what is meant",
    ),
    case("a number is a key", "x-a: {«NS103»1: x}\n", "Keys are text, and YAML reads this one as"),
    case("a date is a key", "x-a: {«NS103»2024-01-01: x}\n", "Put it in quotes"),
    case("nothing is a key", "x-a: {«NS103»~: x}\n", "Put it in quotes"),
    case(
        "a word for true is a key",
        SLACK + "    «NS103»«NS201»true: x\n",
        "Put it in quotes",
        "`true` means nothing in Item 1 of `integrations`",
    ),
    case("a list is a key", "x-a: {? «NS103»[a, b] : x}\n", "A list or a mapping cannot be a key"),
    case(
        "a template in braces was never filled in",
        SLACK + "    «NS202»name: {«NS103»{ name }}\n",
        "is a mapping, where text belongs",
        "Text in braces, as templates have it, is put in quotes",
    ),
    case(
        "a tag makes an object of another program",
        SLACK + "    name: «NS104»!!python/object/apply:os.system echo\n",
        "Tags (`!…`) mean nothing in a project",
    ),
    case(
        "a tag asks for another file", SLACK + "    name: «NS104»!include x.yaml\n", "Leave it out"
    ),
    case("a tag calls a mapping a set", "x-a: «NS104»!!set {a, b}\n", "Leave it out"),
    case(
        "an alias has no anchor",
        SLACK + "    name: «NS105»*nobody\n",
        "No anchor of that name stands above",
    ),
    case(
        "an alias stands in what it names",
        "x-a: &a\n  b: «NS105»*a\n",
        "it would never end",
    ),
    case(
        "an alias stands above its anchor",
        SLACK + "    name: «NS105»*later\nx-later: &later Slack\n",
        "Set it with `&name`",
    ),
    case(
        "text is merged",
        SLACK + "    «NS107»<<: base\n",
        "A merge key (`<<`) takes a mapping, or a list of mappings",
    ),
    case("a list of text is merged", "x-a: {«NS107»<<: [base]}\n", "takes a mapping"),
    case(
        "a file holds two documents",
        SLACK + "«NS108»---\nintegrations: []\n",
        "Give each a file, and list them under `include`",
    ),
    whole("a file is empty", "«NS109»", "The file holds nothing but blanks and comments"),
    whole("a file holds a comment alone", "# later\n«NS109»", "write what belongs here"),
    whole("a file holds a list", "«NS112»- version: 1\n", "The file has to be a mapping"),
    whole("a file holds text", "«NS112»novu-sync\n", "lines like `integrations:`"),
    *(
        case(
            f"{what} is taken for one thing here and for another there",
            SLACK + f"    name: «NS110»{text}\n",
            why,
        )
        for what, text, why in (
            ("0123", "0123", "readers of YAML disagree about the number"),
            ("0o17", "0o17", "Put it in quotes if it is text, or write the number plainly"),
            ("0x1F", "0x1F", "readers of YAML disagree about the number"),
            ("1_000", "1_000", "readers of YAML disagree about the number"),
            ("12:30", "12:30", "take it for a number in base 60"),
            ("2024-01-31", "2024-01-31", "take it for a date"),
            ("2024-01-31 12:00:00", "2024-01-31 12:00:00", "take it for a date"),
            ("a number of 400 digits", "9" * 400, "more digits than a number can have"),
        )
    ),
    case(
        "a phone number begins with a zero",
        SLACK + "    previousIdentifiers: [«NS110»0049]\n",
        "Put it in quotes",
    ),
    case("a number has no end", "x-a: «NS111».inf\n", "Write a number, or put text in quotes"),
    case("a number is none", "x-a: [1, «NS111».nan]\n", "cannot take infinity"),
    case("a number is larger than any", "x-a: «NS111»1e999\n", "cannot take infinity"),
    case(
        "a line is indented with a tab",
        "integrations:\n«NS101»\t- identifier: slack\n",
        TAB_MEND,
    ),
    case(
        "a quote is never closed",
        SLACK + '    name: «NS101»"Slack\n    active: true\n',
        "The quote that opens here is never closed",
    ),
    case(
        "a bracket is never closed",
        SLACK + "    ignoreChanges: [name\n    active«NS101»: true\n",
        "is not closed, or lacks a comma before this. Close it, or put a text with special characters"
        " in quotes. It opens in line 12, column 20.",
    ),
    case(
        "a text holds a colon and a blank",
        SLACK + "    name: Slack«NS101»: ours\n",
        "or put the text in quotes",
    ),
    case(
        "a key stands too far to the left",
        "integrations:\n  - identifier: slack\n   «NS101»providerId: slack\n",
        "Align it with its neighbours",
    ),
    case(
        "a key lacks its colon",
        SLACK + "    «NS101»active\n    name: Slack\n",
        "A key has no colon behind it. Write `key: value`",
    ),
    case(
        "a name begins with a character that YAML keeps",
        SLACK + "    name: «NS101»@acme\n",
        "Put it in quotes",
    ),
    case(
        "a pattern begins with a star",
        SLACK + "    name: *«NS101».example\n",
        "An alias (`*…`) begins here without a name",
    ),
    case(
        "a backslash stands in double quotes",
        SLACK + '    name: "C:«NS101»\\Slack"\n',
        "Use single quotes",
    ),
    case(
        "a text stands behind the sign that begins a text",
        SLACK + "    name: |«NS101»Slack\n",
        "Begin the text on the next line",
    ),
    case(
        "a merge was never finished",
        "«NS101»<<<<<<< ours\nintegrations: []\n=======\n",
        "A key has no colon behind it",
    ),
    whole(
        "a file is of another version of YAML",
        "«NS101»%YAML 3.0\n---\nversion: 1\n",
        "a version of YAML that is not known",
    ),
    whole(
        "a file is written in UTF-16",
        "«NS102»version: 1\n",
        "written in UTF-16. Save it as UTF-8",
        encoding="utf-16",
    ),
    whole(
        "a file is written in Latin-1",
        "version: 1\nproject: m«NS102»ünchen\n",
        "The byte here is not UTF-8",
        encoding="latin-1",
    ),
    case(
        "a zero byte stands in a file",
        "x-a: a«NS102»\0b\n",
        "A control character stands here",
    ),
    whole(
        "a file with a byte order mark is told of where its author sees it",
        "\ufeff" + HEAD.replace("version: 1", "«NS205»version: 2"),
        "Write for example `version: 1`",
    ),
    whole(
        "a file is larger than any project",
        "«NS106»version: 1\n" + "#" * 10_000_000,
        "Split it, and list the parts under `include`",
    ),
    case(
        "lists are nested without end",
        "x-a: " + "[" * 63 + "«NS106»" + "[" * 5000 + "]" * 5063 + "\n",
        "nested deeper than 64",
    ),
    case(
        "mappings are nested without end",
        "x-a: " + "{a: " * 63 + "«NS106»" + "{a: " * 200 + "}" * 263 + "\n",
        "Nothing in a project needs that",
    ),
)
