"""What the top floor writes: the demo towns, and the first sign-in."""

from allmende.portal.actions.demo import make_demo, move_demo

__all__ = ["make_demo", "move_demo"]
