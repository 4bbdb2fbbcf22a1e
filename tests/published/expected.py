"""What is known to fail under the priors, and why."""

EXPECTED = {
    "d10_disarmament": (
        "Terms that name all warheads (`comprehensive-exchange`, `tight-sanctions`) are signed in few futures and "
        "kept in fewer; where they are, eight years do not see the last one go: see `d10_fewer_warheads`."
    ),
    "p3_next_working_talks": (
        "Working talks go on in the month after a failed summit in nearly all futures: the level just held pulls "
        "(`challenger.inertia`, 1.3 to 2.4 a level) far more than lost face repels (`challenger.engage_face` times a "
        "humiliation of a fifth or so)."
    ),
}
"""Checks by name. Nothing is tuned to make one pass."""
