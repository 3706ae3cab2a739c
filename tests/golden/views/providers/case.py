"""A small catalogue."""

from golden.providers import AGENT, BARE, GRAND
from golden.values import Case

from reconciler.views.style import Look

CASE = Case(
    subject="providers",
    given=((GRAND, AGENT, BARE),),
    looks={"plain": Look(next_step="novu-sync providers ses")},
)
