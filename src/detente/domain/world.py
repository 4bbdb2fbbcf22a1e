"""One world in one month: a tree of records, each written by the one mechanism that bears its name.

A record holds what the next month needs and nothing else. Flows of the month stand here where someone reacts to
them a month later; everything that is only looked at goes into outcomes.
"""

from typing import Annotated, NamedTuple

from jaxtyping import Array, Float, Int

from detente.domain.agreements import Agreement, Terms
from detente.domain.axes import INTENT, MISSILE_CLASS, SLOT, Answer, Channel, labels
from detente.domain.private import Preferences, Profile
from detente.domain.quantity import Count, Flag, Quantity, Real

PerClass = Float[Array, " missile_class"]
PerIntent = Float[Array, " intent"]


class Offices(NamedTuple):
    """Who holds office, what they want, and who comes next."""

    guarantor: Profile
    holder: Annotated[Count, Quantity("index", 0, 1000, "Serial number of the guarantor's holder")]
    bloc: Annotated[Count, Quantity("category", 0, 1, "The holder's bloc", labels=("A", "B"))]
    terms: Annotated[Count, Quantity("count", 0, 10, "Terms of office the holder has begun")]
    tenure: Annotated[Real, Quantity("month", 0, 1200, "Months since the holder took office")]
    elect: Profile
    elect_new: Annotated[
        Flag, Quantity("flag", 0, 1, "The last election chose somebody other than the holder")
    ]
    elect_bloc: Annotated[
        Count, Quantity("category", 0, 1, "Bloc of whoever was elected last", labels=("A", "B"))
    ]
    elect_terms: Annotated[
        Count, Quantity("count", 0, 10, "Terms that whoever was elected last will have begun")
    ]
    elect_rapport: Annotated[
        Real,
        Quantity(
            "index", -1, 1, "Warmth that whoever was elected last brings from earlier dealings"
        ),
    ]
    challenger: Preferences
    intent: Annotated[
        Count,
        Quantity("category", 0, 3, "Region of the challenger's preferences", labels=INTENT.labels),
    ]
    leader_new: Annotated[
        Flag, Quantity("flag", 0, 1, "The challenger's leader came to power this month")
    ]
    leader_age: Annotated[Real, Quantity("year", 15, 130, "Age of the challenger's leader")]


class Arsenal(NamedTuple):
    """What the challenger has built and can still build."""

    plutonium: Annotated[Real, Quantity("kg", 0, 5e3, "Separated plutonium, weapons included")]
    heu: Annotated[Real, Quantity("kg", 0, 1e5, "Highly enriched uranium, weapons included")]
    warheads: Annotated[Real, Quantity("count", 0, 5e3, "Assembled warheads")]
    reactor: Annotated[Real, Quantity("kg/yr", 0, 200, "Plutonium production at declared sites")]
    declared: Annotated[
        Real, Quantity("kg/yr", 0, 2e4, "Enrichment capacity at declared or known sites")
    ]
    covert: Annotated[Real, Quantity("kg/yr", 0, 2e4, "Enrichment capacity at undeclared sites")]
    readiness: Annotated[
        PerClass, Quantity("index", 0, 1, "Readiness of delivery systems", (MISSILE_CLASS,))
    ]
    confidence: Annotated[Real, Quantity("index", 0, 1, "Confidence in the warhead's design")]
    exported: Annotated[Real, Quantity("USD m/month", 0, 1e4, "Revenue from arms this month")]


class Testing(NamedTuple):
    """Launches and nuclear tests, and how long each has been quiet."""

    launches: Annotated[
        Int[Array, " missile_class"],
        Quantity("count", 0, 1000, "Missiles launched this month", (MISSILE_CLASS,)),
    ]
    nuclear_tests: Annotated[Count, Quantity("count", 0, 10, "Nuclear tests this month")]
    quiet: Annotated[
        PerClass, Quantity("month", 0, 1200, "Months since the last launch", (MISSILE_CLASS,))
    ]
    quiet_nuclear: Annotated[Real, Quantity("month", 0, 1200, "Months since the last nuclear test")]
    momentum: Annotated[
        Real,
        Quantity("count/month", 0, 1000, "Launches of past months, faded: the dependence term"),
    ]
    pledged: Annotated[
        Flag, Quantity("flag", 0, 1, "A unilateral moratorium above short range is proclaimed")
    ]


class Observation(NamedTuple):
    """What the guarantor's analysts hold about the hidden arsenal: noisy, and late."""

    warheads: Annotated[Real, Quantity("count", 0, 1e4, "Estimated assembled warheads")]


class Diplomacy(NamedTuple):
    """Channels, terms, agreements, and the standing that summits give and take."""

    channel: Annotated[
        Count, Quantity("level", 0, 3, "Level of talks this month", labels=labels(Channel))
    ]
    talking: Annotated[
        Real, Quantity("month", 0, 1200, "Consecutive months of working talks or more")
    ]
    quiet_summit: Annotated[Real, Quantity("month", 0, 1200, "Months since leaders met")]
    table: Terms
    offered: Annotated[Flag, Quantity("flag", 0, 1, "The terms on the table stand as an offer")]
    answer: Annotated[
        Count, Quantity("level", 0, 2, "Last answer that was heard", labels=labels(Answer))
    ]
    asked: Annotated[
        Real, Quantity("USD m/month", 0, 5e3, "Relief last asked for in a counter-offer")
    ]
    slots: Annotated[Agreement, SLOT]
    covert: Annotated[
        Flag, Quantity("flag", 0, 1, "Production that was signed away goes on in hiding: hidden")
    ]
    alarm: Annotated[Flag, Quantity("flag", 0, 1, "Inspectors raised an alarm this month")]
    violated: Annotated[
        Flag, Quantity("flag", 0, 1, "A test that terms forbid was seen this month")
    ]
    reversed: Annotated[
        Flag, Quantity("flag", 0, 1, "The guarantor decided on a reversal this month")
    ]
    rapport: Annotated[Real, Quantity("index", -1, 1, "Warmth between the two leaders")]
    prestige: Annotated[Real, Quantity("index", 0, 1, "The challenger's recognition and prestige")]
    humiliation: Annotated[
        Real, Quantity("index", 0, 1, "Loss of face from failed summits, fading")
    ]
    expectations: Annotated[Real, Quantity("index", 0, 1, "What the public expects of talks")]
    affront: Annotated[Real, Quantity("index", 0, 1, "Recent pressure and show of force, fading")]
    relief_due: Annotated[Real, Quantity("USD m/month", 0, 1e6, "Relief due this month")]
    relief_paid: Annotated[Real, Quantity("USD m/month", 0, 1e6, "Relief delivered this month")]


class Beliefs(NamedTuple):
    """What each side thinks of the other."""

    intent: Annotated[
        PerIntent,
        Quantity("probability", 0, 1, "Guarantor's belief over the challenger's region", (INTENT,)),
    ]
    covert: Annotated[
        PerIntent,
        Quantity(
            "probability",
            0,
            1,
            "Guarantor's belief, region by region, that it cheats now",
            (INTENT,),
        ),
    ]
    kept: Annotated[
        Real, Quantity("count", 0, 1e4, "Challenger's faded count of promises that were kept to it")
    ]
    failed: Annotated[
        Real, Quantity("count", 0, 1e4, "Challenger's faded count of promises that were not")
    ]
    ties: Annotated[
        Real,
        Quantity("index", 0, 1, "Challenger's belief about the worth of ties with the guarantor"),
    ]


class Setting(NamedTuple):
    """What this version takes as given for a whole future: no mechanism writes it."""

    backing: Annotated[Real, Quantity("index", 0, 1, "Support of the challenger by its patrons")]
    revenue: Annotated[
        Real, Quantity("USD m/month", 0, 5e3, "The challenger's revenue from elsewhere")
    ]
    enforcement: Annotated[Real, Quantity("share", 0, 1, "Enforcement of pressure by third states")]


class World(NamedTuple):
    """Everything that one month hands to the next."""

    month: Annotated[Count, Quantity("month", 0, 40000, "Month number, see `domain.calendar`")]
    setting: Setting
    offices: Offices
    observation: Observation
    arsenal: Arsenal
    testing: Testing
    diplomacy: Diplomacy
    beliefs: Beliefs
