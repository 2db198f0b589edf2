"""The papers alone, for whoever packs the bag."""

from __future__ import annotations

from collections.abc import Iterator

from yibao_cli.model import Checklist
from yibao_cli.render.outline import Entry, Group, Outline, Section
from yibao_cli.render.reader import NEEDS, OWNER, PAPERS, SIGNER, for_reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from yibao_cli.render.reader import Reader

# What the papers are for and what they rest on stands in the whole checklist.
_KEPT = ("可以代替：", OWNER, SIGNER)


def bag(checklist: Checklist, reader: Reader = "patient") -> Outline:
    """The papers of a checklist: name, original and copies, what can replace them."""
    whole = for_reader(checklist, reader)
    return Outline(
        whole.title.replace("医保办事清单", PAPERS, 1),
        (*_papers(whole), Section("说明", (Group(None, (_closing(checklist),)),))),
    )


def _papers(whole: Outline) -> Iterator[Section]:
    chosen = [section for section in whole.sections if section.heading in (NEEDS, PAPERS)]
    for section in chosen:
        yield section._replace(
            groups=tuple(
                group._replace(entries=tuple(map(_bare, group.entries))) for group in section.groups
            ),
        )
    if not chosen:
        nothing = Entry("plain", "这张清单没有列出要带的材料。")
        yield Section(PAPERS, (Group(None, (nothing,)),))


def _bare(entry: Entry) -> Entry:
    kept = tuple(detail for detail in entry.details if detail.startswith(_KEPT))
    return entry._replace(details=kept, reference="")


def _closing(checklist: Checklist) -> Entry:
    return Entry(
        "plain",
        f"按 {checklist.knowledge.as_of} 有效的规定整理；用途和依据见完整的清单。",
        (checklist.disclaimer,),
    )
