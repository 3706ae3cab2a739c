"""A provider with every kind of credential."""

from golden.providers import GRAND
from golden.values import Case

from reconciler.views.style import Look, Style

CASE = Case(
    subject="provider",
    given=(GRAND,),
    looks={"plain": Look(), "colored": Look(style=Style(color=True))},
)
