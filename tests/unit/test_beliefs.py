"""Limits of the guarantor's filter: what it must make of evidence that says all, nothing, or cannot be."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.domain.axes import INTENT
from detente.domain.quantity import build, leaves
from detente.engine.month import MECHANISMS
from tests.strategies import Case, case_size, fill_case, luck_of

beliefs = MECHANISMS["beliefs"]
step = jax.jit(beliefs.step)


def case(**params: float) -> Case:
    """Any case with even beliefs, one agreement held to, and parameters of plain Bayes but for those given."""
    made, _ = fill_case(beliefs.Params, 0, luck_of("beliefs", case_size(beliefs.Params, 0)))
    plain = {"attention": 1.0, "suspicion": 0.0, "renewal": 0.0, "succession": 0.0, "memory": 1.0}
    chosen = build(
        beliefs.Params,
        iter(
            np.float32({**plain, **params}.get(leaf.name, leaf.quantity.low))
            for leaf in leaves(beliefs.Params)
        ),
    )
    slots = made.world.diplomacy.slots._replace(in_force=np.asarray([True, False, False]))
    held = made.world.beliefs._replace(
        intent=np.full(INTENT.size, 1 / INTENT.size, np.float32),
        covert=np.full(INTENT.size, 0.5, np.float32),
    )
    world = made.world._replace(
        beliefs=held,
        diplomacy=made.world.diplomacy._replace(slots=slots, alarm=np.asarray(False)),
        offices=made.world.offices._replace(leader_new=np.asarray(False)),
    )
    challenger = made.actions.challenger._replace(conduct=np.int32(0))
    flat = np.zeros((INTENT.size, 2), np.float32)
    evidence = made.actions.evidence._replace(
        public=flat - 1, cheat=flat + np.array([0, 1], np.float32)
    )
    actions = made.actions._replace(challenger=challenger, evidence=evidence)
    return Case(world, actions, chosen, made.frame)


def inspected(case: Case, detection: float, false_alarm: float, *, alarm: bool) -> Case:
    d = case.world.diplomacy
    terms = d.slots.terms._replace(
        detection=np.array([detection, 0, 0], np.float32),
        false_alarm=np.array([false_alarm, 0, 0], np.float32),
    )
    told = d._replace(slots=d.slots._replace(terms=terms), alarm=np.asarray(alarm))
    return case._replace(world=case.world._replace(diplomacy=told))


def test_like_conduct_teaches_nothing():
    after = step({}, *inspected(case(), 0.0, 0.0, alarm=False))
    np.testing.assert_allclose(after.intent, 0.25, rtol=1e-5)
    np.testing.assert_allclose(after.covert, 0.5, rtol=1e-5)


def test_unlike_conduct_is_weighed_by_bayes():
    c = inspected(case(), 0.0, 0.0, alarm=False)
    chance = np.array([0.4, 0.2, 0.1, 0.1], np.float32)
    public = np.broadcast_to(np.log(chance)[:, None], (INTENT.size, 2))
    evidence = c.actions.evidence._replace(public=public)
    after = step({}, *c._replace(actions=c.actions._replace(evidence=evidence)))
    np.testing.assert_allclose(after.intent, chance / chance.sum(), rtol=1e-5)


@pytest.mark.parametrize(("alarm", "expected"), [(True, 0.3 / 0.32), (False, 0.7 / (0.7 + 0.98))])
def test_an_alarm_is_weighed_by_bayes(alarm: bool, expected: float):
    after = step({}, *inspected(case(), 0.3, 0.02, alarm=alarm))
    np.testing.assert_allclose(after.covert, expected, rtol=1e-4)


@pytest.mark.parametrize(("rate", "alarm"), [(0.0, True), (1.0, False)])
def test_what_no_inspection_could_show_leaves_beliefs_whole(rate: float, alarm: bool):
    """An alarm under another agreement may have been raised: beliefs must neither vanish nor move."""
    after = step({}, *inspected(case(), rate, rate, alarm=alarm))
    np.testing.assert_allclose(after.intent, 0.25, rtol=1e-4)
    np.testing.assert_allclose(after.covert, 0.5, rtol=1e-4)


def test_full_renewal_returns_to_the_prior():
    c = inspected(case(renewal=0.5), 0.0, 0.0, alarm=False)
    after = step({}, *c)
    prior = np.asarray(c.frame.regions.weight)
    np.testing.assert_allclose(after.intent, 0.5 * 0.25 + 0.5 * prior, atol=1e-5)


def test_suspicion_tilts_the_prior_toward_the_last_region():
    tilted = step({}, *inspected(case(renewal=0.5, suspicion=1.0), 0.0, 0.0, alarm=False)).intent
    plain = step({}, *inspected(case(renewal=0.5), 0.0, 0.0, alarm=False)).intent
    ratio = (tilted - 0.125) / (plain - 0.125)
    assert np.all(np.diff(ratio) > 0)
    np.testing.assert_allclose(jnp.log(ratio[-1] / ratio[0]), 1.0, rtol=1e-3)
