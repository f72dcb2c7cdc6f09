"""The station that tests of search share."""

from tests.cases.ground import desk, work

__all__ = ["desk", "work"]
