"""The papers alone, for whoever packs the bag."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from yibao_cli.render.outline import LABELS, PAPERS, TITLE, Entry, Group, Kind, Outline, Section
from yibao_cli.render.reader import Reader, for_reader
from yibao_cli.result import Checklist


def bag(checklist: Checklist, reader: Reader = "patient") -> Outline:
    """The papers of a checklist: name, original and copies, what can replace them."""
    # What they are for and what they rest on stands in the whole checklist.
    bare = tuple(replace(one, purpose="", detail=None) for one in checklist.documents)
    whole = for_reader(replace(checklist, documents=bare), reader)
    return Outline(
        whole.title.replace(TITLE, PAPERS, 1),
        (
            *_papers(whole),
            Section(
                "说明", (Group(None, (_closing(checklist),)),), "closing", label=LABELS["closing"]
            ),
        ),
    )


def _papers(whole: Outline) -> Iterator[Section]:
    chosen = [section for section in whole.sections if section.kind in ("needs", "documents")]
    for section in chosen:
        yield replace(section, groups=tuple(map(_unreferenced, section.groups)))
    if not chosen:
        nothing = Entry("plain", "这张清单没有列出要带的材料。")
        yield _section("documents", PAPERS, nothing)


def _section(kind: Kind, heading: str, entry: Entry) -> Section:
    return Section(heading, (Group(None, (entry,)),), kind, label=LABELS[kind])


def _unreferenced(group: Group) -> Group:
    return replace(group, entries=tuple(replace(one, reference="") for one in group.entries))


def _closing(checklist: Checklist) -> Entry:
    return Entry(
        "plain",
        f"按 {checklist.knowledge.as_of} 有效的规定整理；用途和依据见完整的清单。",
        (checklist.disclaimer,),
    )
