"""What a month promises: no leaks, a likelihood that is the simulation's own, forks by an answer."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.domain.axes import INTENT, Answer, Channel, Conduct
from detente.domain.private import Preferences
from detente.engine.month import IMPOSSIBLE, Given
from tests.compare import arrays, same_bytes
from tests.marching import LANES, MONTHS, March, Start, lane, spread

TWINS = [0, 0, 1, 1, 2, 2, 3, 3]


def twins(march: March) -> Start:
    """Four pairs of like lanes, of which the second member wants something else."""
    deep, luck = march.start
    deep, regions = spread(deep, TWINS), march.situation.frame.regions
    luck = luck._replace(world=spread(luck.world, TWINS), replicate=spread(luck.replicate, TWINS))
    odd = jnp.asarray([i % 2 for i in range(LANES)], bool)
    offices = deep.world.offices
    intent = jnp.where(odd, (offices.intent + 2) % INTENT.size, offices.intent)
    middles = (0.5 * (low + high) for low, high in zip(regions.low, regions.high, strict=True))
    wants = Preferences(
        *(
            jnp.where(odd, middle[intent], own)
            for middle, own in zip(middles, offices.challenger, strict=True)
        )
    )
    offices = offices._replace(challenger=wants, intent=intent)
    return Start(deep._replace(world=deep.world._replace(offices=offices)), luck)


def test_first_look_shows_no_preferences(march: March):
    months = march.run(twins(march))
    first = [lane(jax.tree.map(lambda x: x[0], months.seen["guarantor"]), i) for i in range(LANES)]
    moves = [lane(months.actions.challenger, i) for i in range(LANES)]
    for i in range(0, LANES, 2):
        assert same_bytes(first[i], first[i + 1])
    unlike = sum(not same_bytes(moves[i], moves[i + 1]) for i in range(0, LANES, 2))
    assert unlike >= 3, "the twins must act differently, or the test shows nothing"


def test_preferences_show_only_in_acts(march: March):
    """With the challenger's acts the same, both sides see the same in every month, whatever it wants."""
    start = twins(march)
    acts = [site for site in march.open if site.startswith("challenger.")]
    months = march.run(start, march.known(march.base, 0, acts))
    for role, views in months.seen.items():
        for i in range(0, LANES, 2):
            assert same_bytes(lane(views, i), lane(views, i + 1)), f"the {role} sees preferences"
    guarantor = months.actions.guarantor
    for i in range(0, LANES, 2):
        assert same_bytes(lane(guarantor, i), lane(guarantor, i + 1))


# --- likelihood ---------------------------------------------------------------


def test_history_given_back_has_the_same_likelihood(march: March):
    simulated = march.base
    for i in (0, 5):
        replayed = march.run(given=march.known(simulated, i))
        assert same_bytes(lane(replayed.draws, i), lane(simulated.draws, i))
        assert same_bytes(lane(replayed.world, i), lane(simulated.world, i))
        assert same_bytes(lane(replayed.log_prob, i), lane(simulated.log_prob, i))
        assert np.all(np.isfinite(replayed.log_prob[:, i]))


def test_given_sites_ignore_luck(march: March):
    """With everything given, luck changes neither what happens nor how likely it was."""
    simulated = march.base
    known = march.known(simulated, 0)
    deep, luck = march.start
    elsewhere = Start(deep, luck._replace(replicate=luck.replicate + 1))
    assert same_bytes(march.run(given=known), march.run(elsewhere, known))


def test_evidence_is_of_what_was_given_alone(march: March):
    """Nothing given is no evidence; all of it given is all the log-probability there is, less what is certain."""
    assert not np.any(march.base.evidence)
    replayed = march.run(given=march.known(march.base, 0))
    np.testing.assert_allclose(
        replayed.evidence[:, 0], replayed.log_prob[:, 0], rtol=1e-5, atol=1e-4
    )


def test_what_no_law_knows_of_counts_as_very_unlikely_and_no_less(march: March):
    """A break of agreements where there are none has no chance under the model."""
    known = march.known(march.base, 0, ["challenger.conduct"])
    site = known["challenger.conduct"]
    assert isinstance(site, Given)
    broken = site._replace(value=jnp.full_like(site.value, Conduct.BREAK))
    none = ~np.asarray(march.base.seen["challenger"].standing.in_force[0])
    assert none.any(), "the case needs a lane without agreements"
    evidence = np.asarray(march.run(given={"challenger.conduct": broken}).evidence)[0]
    np.testing.assert_allclose(evidence[none], IMPOSSIBLE, rtol=1e-5)


PLACES = {
    "offices mortality": lambda d: d.params["offices"].mortality,
    "observation bias": lambda d: d.params["observation"].bias,
    "arsenal variability": lambda d: d.params["arsenal"].variability,
    "arsenal fading": lambda d: d.params["arsenal"].fading,
    "testing push": lambda d: d.params["testing"].push,
    "testing dispersion": lambda d: d.params["testing"].dispersion,
    "diplomacy ratify": lambda d: d.params["diplomacy"].ratify,
    "diplomacy affront_half_life": lambda d: d.params["diplomacy"].affront_half_life,
    "beliefs ties_speed": lambda d: d.params["beliefs"].ties_speed,
    "guarantor adherence": lambda d: d.behaviour["doctrine"].adherence,
    "guarantor tilt_risk": lambda d: d.behaviour["doctrine"].tilt_risk,
    "challenger precision": lambda d: d.behaviour["challenger"].precision,
    "challenger engage": lambda d: d.behaviour["challenger"].engage,
    "challenger push_need": lambda d: d.behaviour["challenger"].push_need,
    "worth of recognition": lambda d: d.world.offices.challenger.recognition,
}


def _shifted(deep, place, by):
    """The same worlds with one number moved, lane by lane."""
    target = place(deep)
    return jax.tree.map(lambda x: x + by if x is target else x, deep)


@pytest.fixture(scope="module")
def gradient(march: March):
    """Gradient of the log-likelihood of lane 0's own history in every number of its world. One program."""
    known = march.known(march.base, 0)
    deep, luck = march.start
    first, luck = (
        spread(deep, [0]),
        luck._replace(world=luck.world[:1], replicate=luck.replicate[:1]),
    )

    def log_likelihood(deep):
        return jnp.sum(march.loop(Start(deep, luck), known).log_prob)

    return jax.device_get(jax.jit(jax.grad(log_likelihood, allow_int=True))(first))


@pytest.mark.parametrize("name", PLACES)
def test_score_matches_finite_differences(march: March, gradient, name: str):
    """Central differences of two widths in float32, months summed in float64, at places where the law is smooth.

    Where a leader weighs the best of several courses the likelihood has kinks, and differences across one mislead.

    The sum over months is then known to about 2e-5, and a slope over steps of ±h to 1e-5/h. The tolerance is that, the
    gap between the two widths, and half a percent.
    """
    place = PLACES[name]
    deep, luck = march.start
    value = float(place(deep)[0])
    scale = max(abs(value), 0.05)
    h = np.array([0.02, 0.01]) * scale
    steps = jnp.asarray([h[0], -h[0], h[1], -h[1], 0, 0, 0, 0], jnp.float32)
    alike = Start(_shifted(spread(deep, [0] * LANES), place, 0), luck)
    alike = Start(_shifted(alike.deep, place, steps), luck)
    known = march.known(march.base, 0)
    months = march.run(alike, known)
    total = months.log_prob.astype(np.float64).sum(0)
    moved = np.asarray(place(alike.deep), np.float64)
    wide = (total[0] - total[1]) / (moved[0] - moved[1])
    narrow = (total[2] - total[3]) / (moved[2] - moved[3])
    best = (4 * narrow - wide) / 3
    tolerance = 1e-5 / h[1] + abs(narrow - wide) + 0.005 * abs(best)
    score = float(place(gradient)[0])
    assert score != 0, f"{name} does not move the likelihood: choose another place"
    assert abs(score - best) < tolerance, (score, wide, narrow, tolerance)


def test_gradient_is_finite_everywhere(gradient):
    for x in arrays(gradient):
        if x.dtype.kind == "f":
            assert np.all(np.isfinite(x))


# --- forks ---------------------------------------------------------------------


def test_fork_by_one_answer(march: March):
    """An answer given in one month: nothing before it moves, and where another was heard, what follows does."""
    base = march.base
    refused = base.draws["challenger.answer"] == Answer.REFUSE
    heard = base.actions.guarantor.offer & (base.world.diplomacy.channel >= Channel.CONTACT)
    else_answered = heard & ~refused
    at = 2 + int(np.argmax(else_answered[2:].sum(1)))
    answer = Given(
        jnp.arange(MONTHS) == at, jnp.zeros(MONTHS, jnp.int32) + jnp.int32(Answer.REFUSE)
    )
    forked = march.run(given={**march.open, "challenger.answer": answer})
    before = [jax.tree.map(lambda x: x[:at], months) for months in (base, forked)]
    assert same_bytes(*before)
    assert np.all(forked.draws["challenger.answer"][at] == Answer.REFUSE)
    alike = [same_bytes(lane(base.world, i), lane(forked.world, i)) for i in range(LANES)]
    assert all(alike[i] for i in range(LANES) if refused[at, i]), "the same answer changes nothing"
    moved = [not alike[i] for i in range(LANES) if else_answered[at, i]]
    assert len(moved) >= 2, "too few lanes answered anything else to show much"
    assert np.mean(moved) > 0.5


def test_lanes_do_not_touch_each_other(march: March):
    """A lane full of NaN leaves the others as they were."""
    deep, luck = march.start
    noise = deep.params["observation"].noise
    sick = deep.params["observation"]._replace(noise=noise.at[2].set(jnp.nan))
    months = march.run(Start(deep._replace(params={**deep.params, "observation": sick}), luck))
    assert np.all(np.isnan(lane(months.world.observation.warheads, 2)))
    for i in set(range(LANES)) - {2}:
        assert same_bytes(lane(months, i), lane(march.base, i))
