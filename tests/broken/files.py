"""Files that are missing, too many, or not where a project's files belong."""

from __future__ import annotations

from broken.case import files

SLACK = "integrations:\n  - identifier: slack\n    providerId: slack\n"

CASES = (
    files(
        "both spellings of the project file are there",
        {"novu-sync.yaml": "", "novu-sync.yml": "«NS120»version: 1\n"},
        "only one can be the project file. Remove one of them",
    ),
    files(
        "a pattern matches nothing",
        {"novu-sync.yaml": "include:\n  - «NS121»integrations/*.yaml\n"},
        "Patterns are relative to the project file",
    ),
    files(
        "a file is misspelt, another one is not",
        {
            "novu-sync.yaml": "include: [mail.yaml, «NS121»chat.yml]\n",
            "mail.yaml": "integrations: []\n",
            "chat.yaml": SLACK,
        },
        "matches no file",
    ),
    files(
        "a pattern is none",
        {"novu-sync.yaml": "include: [«NS121»'a**']\n"},
        "`**` for any folders",
    ),
    files(
        "an include leads upwards",
        {"novu-sync.yaml": "include:\n  - «NS122»../shared/*.yaml\n"},
        "leads out of the project's directory",
    ),
    files(
        "an include leads upwards behind a folder",
        {"novu-sync.yaml": "include: [«NS122»a/../../b.yaml]\n"},
        "move the files there",
    ),
    files(
        "an include begins at the root",
        {"novu-sync.yaml": "include: [«NS122»/etc/*.yaml]\n"},
        "leads out of the project's directory",
    ),
    files(
        "an include is a number",
        {"novu-sync.yaml": "include: [a.yaml, «NS204»5]\n", "a.yaml": "integrations: []\n"},
        "Item 2 of `include` is a number",
    ),
    files(
        "an include stands twice",
        {"novu-sync.yaml": "«NS206»include: [a.yaml, a.yaml]\n", "a.yaml": "integrations: []\n"},
        "names something twice",
    ),
    files(
        "an included file holds what belongs in the project file",
        {
            "novu-sync.yaml": "include: [a.yaml]\n",
            "a.yaml": "version: 1\n«NS201»defaults: {}\n«NS201»project: acme\n«NS201»include: []\n",
        },
        "`defaults` belongs in the project file, not in one it includes",
        "`project` belongs in the project file",
        "`include` belongs in the project file",
    ),
    files(
        "every file has mistakes of its own and all are told",
        {
            "novu-sync.yaml": "include: [a.yaml, b.yaml, c.yaml]\n"
            + SLACK
            + "    «NS201»nmae: x\n",
            "a.yaml": "integrations: [\n«NS101»",
            "b.yaml": "«NS112»- identifier: b\n",
            "c.yaml": "integrations:\n  - identifier: c\n    «NS210»providerId: slak\n    channel: chat\n",
        },
        "a bracket: one was not closed",
        "The file has to be a mapping",
        "Did you mean `slack`?",
        "Did you mean `name`?",
    ),
    files(
        "a file is tied to an environment that is none",
        {
            "novu-sync.yaml": "include: [a.yaml]\n",
            "a.yaml": "«NS401»environment: prodution\n" + SLACK,
        },
        "no environment `prodution`, so this would apply nowhere. Did you mean `production`?",
    ),
    files(
        "an integration lives where its file is not",
        {
            "novu-sync.yaml": "include: [a.yaml]\n",
            "a.yaml": "environment: production\n"
            + SLACK
            + "    environments:\n      production:\n      «NS402»development:\n",
        },
        "The whole file is for `production`, so nothing in it can live in `development`",
    ),
    files(
        "a file is tied to two environments",
        {
            "novu-sync.yaml": "include: [a.yaml]\n",
            "a.yaml": "«NS202»environment: [development, production]\n" + SLACK,
        },
        "is a list, where text belongs",
    ),
)
