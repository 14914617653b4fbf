"""The client of Sluice: Delta Lake tables over HTTP.

`Sluice` has the generated operations by their tags (`tables`, `rows`, `history`, …) and what a generator cannot make: appends that are
safe to repeat, pages as iterators, Arrow streams as tables.
"""

from sluice_client import _generated as models
from sluice_client._retry import Retry
from sluice_client.client import Sluice
from sluice_client.problem import SluiceProblem

__all__ = ["Retry", "Sluice", "SluiceProblem", "models"]
