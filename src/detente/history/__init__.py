"""What happened: fact tables with a citation on every row, and the panel that is made of them."""

from detente.history.coding import moves
from detente.history.panel import annual, monthly, targets

__all__ = ["annual", "monthly", "moves", "targets"]
