"""Why a checklist is as it is, what would change it, and what two situations do not share."""

from yibao_cli.explain.compare import Comparison, Difference, Reworded, compare
from yibao_cli.explain.goal import Goal, find_goal, reached
from yibao_cli.explain.search import (
    MOST_CHANGES,
    MOST_PROPOSALS,
    Change,
    Proposal,
    WhyNot,
    why_not,
)
from yibao_cli.explain.situation import Shown, Situation, entries, situation, text_of
from yibao_cli.explain.why import Effect, Stage, Why, why

__all__ = [
    "MOST_CHANGES",
    "MOST_PROPOSALS",
    "Change",
    "Comparison",
    "Difference",
    "Effect",
    "Goal",
    "Proposal",
    "Reworded",
    "Shown",
    "Situation",
    "Stage",
    "Why",
    "WhyNot",
    "compare",
    "entries",
    "find_goal",
    "reached",
    "situation",
    "text_of",
    "why",
    "why_not",
]
