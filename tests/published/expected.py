"""What is known to fail, and why."""

EXPECTED = {
    "p3_next_working_talks": (
        "Working talks go on in 96 % of futures in the month after a failed summit, and in 97 % within eight months, "
        "where eight months passed: the level just held pulls (`challenger.inertia`, 1.3 to 2.4 a level) far more than "
        "lost face repels (`challenger.engage_face` times a humiliation of a fifth or so)."
    ),
}
"""Checks by name, each with its figure and its reason. Nothing is tuned to make one pass."""
