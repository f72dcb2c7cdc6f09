"""The station that tests of matters share."""

from tests.cases.ground import desk, work

__all__ = ["desk", "work"]
