"""The guarantor without a doctrine: what moves it, what it can't do, and how it is asked for."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from detente.app.usecases import Request, Session
from detente.app.wiring import POLICIES, cast
from detente.domain.axes import Answer, Channel, Delivery, Posture
from detente.domain.distributions import Categorical, OneOf
from detente.domain.private import Profile
from detente.domain.quantity import leaves, zeros
from detente.domain.views import GuarantorView, Standing
from detente.engine.luck import seed_words
from detente.policies import guarantor
from detente.scenarios.binding import load_doctrine, load_pack
from detente.scenarios.schema import InvalidFileError
from tests.conftest import PACKS

MENU = {
    "tests": "freeze-for-relief",
    "sites": "facility-for-relief",
    "freeze": "verified-freeze",
    "exchange": "comprehensive-exchange",
}
"""Texts, and the doctrines that they are taken from."""

SETTINGS = load_doctrine("behavioural", POLICIES).settings
ACT = jax.jit(guarantor.act)


def params(**changes: float) -> guarantor.Params:
    """The middle of Korea's priors."""
    numbers = load_pack("korea-2025", POLICIES).numbers
    middle = {}
    for leaf in leaves(guarantor.Params):
        family, a, b = numbers[f"guarantor.{leaf.name}"].prior
        middle[leaf.name] = jnp.float32(0.5 * (a + b) if family == "uniform" else a)
    return guarantor.Params(**middle | {k: jnp.float32(v) for k, v in changes.items()})


def view(standing: dict[str, Any] | None = None, **seen: Any) -> GuarantorView:
    """A quiet month with a challenger that may be anything."""
    quiet = {"quiet_tests": 99.0, "quiet_long": 99.0, "quiet_nuclear": 99.0, "quiet_summit": 99.0}
    usual = {"governed": True, "credit": 0.5, "cohesion": 0.5, "loyalty": 0.5, "enforcement": 0.5}
    told = zeros(Standing)._replace(**_like(Standing, standing or {}))
    blank = zeros(GuarantorView)._replace(intent=jnp.full(4, 0.25, jnp.float32))
    return blank._replace(standing=told, **_like(GuarantorView, quiet | usual | seen))


def _like(record: type, values: dict[str, Any]) -> dict[str, Any]:
    kinds = {leaf.name: leaf.dtype for leaf in leaves(record)}
    return {k: v if hasattr(v, "_fields") else jnp.asarray(v, kinds[k]) for k, v in values.items()}


def profile(**changes: float) -> Profile:
    return Profile(*(jnp.float32(changes.get(name, 0.5)) for name in Profile._fields))


def law(seen: GuarantorView, who: Profile | None = None, memory: Any = None, **changes: float):
    memory = guarantor.start() if memory is None else memory
    return ACT(seen, who or profile(), memory, SETTINGS, params(**changes))


def chance(chances: Any, level: int) -> float:
    assert isinstance(chances, Categorical)
    return float(jnp.exp(chances.log_probabilities[level]))


@pytest.mark.parametrize("text", MENU)
def test_the_menu_is_that_of_the_doctrines(text: str):
    terms = getattr(SETTINGS.menu, text)
    assert jax.tree.map(float, terms) == jax.tree.map(
        float, load_doctrine(MENU[text], POLICIES).settings.terms
    )


def test_who_values_meetings_meets():
    talks = view(channel=Channel.WORKING, talking=12.0)
    warm, cool = (
        law(talks, profile(personal_diplomacy=value))[0]["channel"] for value in (0.9, 0.1)
    )
    assert chance(warm, Channel.SUMMIT) > 10 * chance(cool, Channel.SUMMIT)


def test_risk_acceptance_shows_force():
    bold, wary = (law(view(), profile(risk_acceptance=x))[0]["posture"] for x in (0.9, 0.1))
    assert chance(bold, Posture.HIGH) > 2 * chance(wary, Posture.HIGH)


def test_an_unreliable_successor_reverses_more_often():
    inherited = view({"in_force": True, "inherited": True})
    loose, firm = (law(inherited, profile(reliability=x))[0]["delivery"] for x in (0.1, 0.9))
    assert chance(loose, Delivery.REVERSE) > 10 * chance(firm, Delivery.REVERSE)


def test_without_terms_nothing_is_reversed_and_without_a_state_nothing_offered():
    assert chance(law(view())[0]["delivery"], Delivery.REVERSE) == 0
    assert float(law(view(governed=False))[0]["offer"].probability) == 0


def test_doubt_counts_only_after_an_alarm():
    deal = {"in_force": True}
    calm, _ = law(view(deal, covert=0.9))
    alarmed, memory = law(view(deal, covert=0.9, alarm=True))
    assert bool(memory.alarmed)
    assert chance(alarmed["delivery"], Delivery.WITHHOLD) > 10 * chance(
        calm["delivery"], Delivery.WITHHOLD
    )
    assert not bool(law(view(covert=0.9), memory=memory)[1].alarmed)


def test_what_stands_is_not_offered_again():
    bound: dict[str, Any] = {"in_force": True, "tests": 1, "declared": 1, "everything": 1}
    texts = law(view(bound))[0]["terms"]
    assert isinstance(texts, OneOf)
    open_ = np.asarray(texts.logits) > -1e8
    assert dict(zip(MENU, open_, strict=True)) == dict.fromkeys(MENU, False) | {"exchange": True}


def test_a_counter_offer_raises_the_price_up_to_the_cap_and_a_lapse_ends_it():
    table = SETTINGS.menu.freeze
    asked = view(offered=True, answer=Answer.COUNTER, asked=2 * float(table.relief), table=table)
    raised = law(asked, concession=0.5)[1]
    assert float(raised.raised) == pytest.approx(1.5)
    offers = law(asked, memory=raised, concession=0.5, concession_cap=1.6)
    assert float(offers[1].raised) == pytest.approx(1.6)
    assert float(offers[0]["terms"].options.relief[2]) == pytest.approx(1.6 * float(table.relief))
    assert float(law(view(), memory=raised)[1].raised) == 1


def test_a_text_on_the_table_tends_to_stay():
    lying = [
        law(view(offered=True, table=getattr(SETTINGS.menu, text)), shift=4)[0]["terms"].logits
        for text in ("sites", "exchange")
    ]
    assert [int(np.argmax(logits)) for logits in lying] == [1, 3]


def request(*policies: str, **changes: float) -> Request:
    return Request(str(PACKS / "harbour"), policies, 3, 2, 1, 0, changes)


def test_worlds_are_the_same_whoever_decides(harbour):
    """Who sits is no part of a situation: both draw the same worlds, by the same luck."""
    session = Session(request("behavioural", str(PACKS / "idle.toml")))
    one, other = (session.ensemble(d).drawn(session.design) for d in session.doctrines)
    np.testing.assert_array_equal(one, other)
    assert {d.policy for d in session.doctrines} == {"guarantor", "doctrine"}


@pytest.mark.slow
def test_behaviour_and_doctrine_run_side_by_side_under_one_luck(harbour, small):
    """Nothing that the guarantor can't reach differs: what others draw in the first month is the same."""
    doctrine = load_doctrine("behavioural", POLICIES)
    from_behaviour = Session(request("behavioural")).ensemble(doctrine)
    settings = cast("guarantor").settings(guarantor=doctrine.settings)
    months = from_behaviour.future(settings, small, 3)
    other = harbour.future("idle", 3)
    assert np.all(np.isfinite(months.log_prob))
    assert not np.array_equal(months.draws["guarantor.channel"], other.draws["guarantor.channel"])
    for site in ("observation.report", "observation.estimate"):
        assert months.draws[site][0] == other.draws[site][0]
    assert seed_words(small.seed)[0] == small.seed


def test_modifiers_are_for_doctrines():
    with pytest.raises(InvalidFileError, match="modifiers change a doctrine's rules"):
        load_doctrine("behavioural+united-front", POLICIES)


def test_a_policy_that_cannot_be_set_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\npolicy = "partner"\n', encoding="utf-8")
    with pytest.raises(InvalidFileError, match="write one of doctrine, guarantor"):
        load_doctrine(str(path), POLICIES)


def test_numbers_of_those_who_decide_nothing_cannot_be_set():
    with pytest.raises(ValueError, match="nobody in this run decides by the table guarantor"):
        Session(request("wait-and-contain", **{"guarantor.engage": 1.0}))
    Session(request("wait-and-contain", "behavioural", **{"guarantor.engage": 1.0}))
