"""The privacy policy as rules: the one source of docs/policy.md, of /v1/policy and of the Policy screen.

rule.py          what is written down of one
persons.py       P1–P14
security.py      P15–P21
marketplace.py   P22–P37
figures.py       what can be counted of them, in words
"""

from console.policy.figures import FIGURES, Figure
from console.policy.marketplace import MARKETPLACE
from console.policy.persons import PERSONS
from console.policy.rule import Rule
from console.policy.security import SECURITY

RULES = (*PERSONS, *SECURITY, *MARKETPLACE)

__all__ = ["FIGURES", "RULES", "Figure", "Rule"]
