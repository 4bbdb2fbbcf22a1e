"""One world in one month: a tree of records, each written by the one mechanism that bears its name.

A record holds what the next month needs and nothing else. Flows of the month stand here where someone reacts to
them a month later; everything that is only looked at goes into outcomes.
"""

from typing import Annotated, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from detente.domain.actions import Carried
from detente.domain.agreements import Agreement, Terms
from detente.domain.axes import (
    ALLY,
    AUDIENCE,
    INTENT,
    MISSILE_CLASS,
    PATRON,
    SLOT,
    STRATUM,
    Answer,
    Channel,
    Regime,
    Rung,
    Stance,
    labels,
)
from detente.domain.private import (
    AllyProfile,
    PartnerProfile,
    PatronProfile,
    Preferences,
    Profile,
)
from detente.domain.quantity import Count, Flag, Quantity, Real

PerClass = Float[Array, " missile_class"]
PerIntent = Float[Array, " intent"]
PerAlly = Float[Array, " ally"]
PerPatron = Float[Array, " patron"]
PerStratum = Float[Array, " stratum"]
PerAudience = Float[Array, " audience"]


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
    allies: Annotated[AllyProfile, ALLY]
    patrons: Annotated[PatronProfile, PATRON]
    partner: PartnerProfile


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
    """What the guarantor's analysts see of what is hidden: noisy, and late."""

    warheads: Annotated[Real, Quantity("count", 0, 1e4, "Estimated assembled warheads")]
    report: Annotated[
        Real, Quantity("index", 0, 1, "What this month's reports make of the elite's loyalty")
    ]
    arrivals: Annotated[Real, Quantity("count", 0, 1e5, "People who left and arrived this month")]
    enforcement: Annotated[
        PerPatron, Quantity("share", 0, 1, "Patrons' enforcement, as mirror trade shows", (PATRON,))
    ]


class Economy(NamedTuple):
    """What the challenger produces, trades, eats and earns."""

    output: Annotated[Real, Quantity("index", 5, 500, "Output, 100 in the year that a pack names")]
    trade: Annotated[
        PerPatron, Quantity("USD m/month", 0, 5e3, "Trade with each patron, both ways", (PATRON,))
    ]
    exports: Annotated[Real, Quantity("USD m/month", 0, 2e3, "Exports to everybody else")]
    food: Annotated[
        Real, Quantity("kg/person/yr", 20, 400, "Food that is to be had, in cereal equivalent")
    ]
    harvest: Annotated[Real, Quantity("ratio", 0.2, 3, "Last harvest over a usual one")]
    price: Annotated[Real, Quantity("ratio", 0.05, 50, "Market price of rice over its usual one")]
    licit: Annotated[Real, Quantity("USD m/month", 0, 5e3, "Hard currency from trade")]
    cyber: Annotated[Real, Quantity("USD m/month", 0, 5e3, "Hard currency stolen this month")]
    arms: Annotated[Real, Quantity("USD m/month", 0, 5e3, "Hard currency from arms and labour")]
    reserve: Annotated[Real, Quantity("USD m", 0, 1e5, "Hard currency held")]
    border: Annotated[Real, Quantity("index", 0, 1, "Openness of the border to goods and people")]
    epidemic: Annotated[Real, Quantity("month", 0, 120, "Months that an epidemic closes it for")]
    hubs: Annotated[
        Real,
        Quantity("share", 0, 1, "Activity in the capital, border hubs and manufacturing towns"),
    ]

    @property
    def revenue(self) -> Real:
        """Hard currency of a month from all sources but relief. USD m/month."""
        return self.licit + self.cyber + self.arms


class Sanctions(NamedTuple):
    """What is forbidden, who carries it out, and what of it bites."""

    multilateral: Annotated[Real, Quantity("index", 0, 1, "Level of what all states are bound to")]
    unilateral: Annotated[Real, Quantity("index", 0, 1, "Level of the guarantor's own measures")]
    allies: Annotated[PerAlly, Quantity("share", 0, 1, "Enforcement by each ally", (ALLY,))]
    patrons: Annotated[PerPatron, Quantity("share", 0, 1, "Enforcement by each patron", (PATRON,))]
    exemptions: Annotated[Real, Quantity("index", 0, 1, "Ease of humanitarian exemptions")]
    tabled: Annotated[Flag, Quantity("flag", 0, 1, "A resolution awaits its vote")]
    panel: Annotated[Flag, Quantity("flag", 0, 1, "A panel of experts watches and reports")]
    adaptation: Annotated[Real, Quantity("share", 0, 1, "Bite that smuggling has learned to evade")]
    effective: Annotated[Real, Quantity("index", 0, 1, "Pressure that bites")]


class Information(NamedTuple):
    """What the challenger's citizens hear, and what they come to expect."""

    media: Annotated[
        PerAudience, Quantity("share", 0, 1, "People with regular outside media", (AUDIENCE,))
    ]
    expectations: Annotated[
        PerAudience, Quantity("ratio", 0.1, 5, "Life expected, over usual life", (AUDIENCE,))
    ]
    crackdown: Annotated[Real, Quantity("index", 0, 1, "Severity against outside media")]


class Loyalty(NamedTuple):
    """Who stands by the leadership, in truth and in public. All of it hidden from outside but dissent."""

    elite: Annotated[Real, Quantity("index", 0, 1, "The elite's loyalty")]
    rents: Annotated[Real, Quantity("ratio", 0, 10, "The elite's rents over usual ones")]
    discontent: Annotated[PerStratum, Quantity("share", 0, 1, "Private discontent", (STRATUM,))]
    dissent: Annotated[PerStratum, Quantity("share", 0, 1, "Public dissent", (STRATUM,))]
    repression: Annotated[Real, Quantity("index", 0, 1, "Severity of repression")]


class Transition(NamedTuple):
    """What has become of the leadership, and who holds the weapons."""

    regime: Annotated[
        Count, Quantity("category", 0, 3, "Fate of the leadership", labels=labels(Regime))
    ]
    since: Annotated[Real, Quantity("month", 0, 1200, "Months since the last change of it")]
    custody: Annotated[Real, Quantity("index", 0, 1, "Control over the weapons")]


class Alignment(NamedTuple):
    """Who stands with whom: patrons behind the challenger, allies beside the guarantor."""

    ties: Annotated[PerPatron, Quantity("index", 0, 1, "Closeness to each patron", (PATRON,))]
    war: Annotated[
        Bool[Array, " patron"], Quantity("flag", 0, 1, "The patron is at war", (PATRON,))
    ]
    support: Annotated[
        PerPatron,
        Quantity(
            "index", 0, 1, "Support: one latent behind money, technology, veto, refuge", (PATRON,)
        ),
    ]
    lasting: Annotated[
        Real, Quantity("probability", 0, 1, "Challenger's belief that support will last a year")
    ]
    leverage: Annotated[PerPatron, Quantity("index", 0, 1, "Dependence on each patron", (PATRON,))]
    cohesion: Annotated[
        PerAlly, Quantity("index", 0, 1, "Trust between guarantor and ally", (ALLY,))
    ]
    between: Annotated[Real, Quantity("index", 0, 1, "Trust between the allies")]
    abandonment: Annotated[
        PerAlly, Quantity("index", 0, 1, "Ally's fear of being abandoned", (ALLY,))
    ]
    entrapment: Annotated[
        PerAlly, Quantity("index", 0, 1, "Ally's fear of being drawn into war", (ALLY,))
    ]
    option: Annotated[
        PerAlly, Quantity("index", 0, 1, "Nearness to nuclear arms of its own", (ALLY,))
    ]
    stance: Annotated[
        Int[Array, " ally"],
        Quantity("level", 0, 2, "Ally's line of late", (ALLY,), labels=labels(Stance)),
    ]
    broadcasts: Annotated[
        Bool[Array, " ally"], Quantity("flag", 0, 1, "Ally broadcasts of late", (ALLY,))
    ]
    bloc: Annotated[Real, Quantity("index", 0, 1, "Cohesion of challenger, patrons and partner")]
    exchange: Annotated[Real, Quantity("index", 0, 1, "Recent exchange with the partner")]

    @property
    def backing(self) -> Real:
        """Support by any of the patrons: 1 − Π(1 − support). Index, 0 to 1."""
        return 1 - jnp.prod(1 - self.support)


class Crisis(NamedTuple):
    """How near war is, and whom it has killed."""

    rung: Annotated[Count, Quantity("level", 0, 5, "Rung of the ladder", labels=labels(Rung))]
    months: Annotated[Real, Quantity("month", 0, 1200, "Months on this rung")]
    preemption: Annotated[Real, Quantity("index", 0, 1, "Pressure to strike first")]
    delegation: Annotated[Real, Quantity("index", 0, 1, "Authority to fire that is delegated")]
    provoked: Annotated[Count, Quantity("level", 0, 2, "Provocation of this month")]
    demanded: Annotated[Flag, Quantity("flag", 0, 1, "A demand was made this month")]
    complied: Annotated[Flag, Quantity("flag", 0, 1, "It was complied with")]
    deaths: Annotated[Real, Quantity("person", 0, 3e7, "Killed this month")]
    injured: Annotated[Real, Quantity("person", 0, 6e7, "Injured this month")]


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
    credit: Annotated[
        Real, Quantity("index", 0, 1, "The guarantor's holder's credit at home, gained and spent")
    ]
    track: Annotated[
        Count, Quantity("level", 0, 3, "Level of the allies' own talks", labels=labels(Channel))
    ]
    wedge: Annotated[Flag, Quantity("flag", 0, 1, "A separate deal was offered to the allies")]
    relief_due: Annotated[Real, Quantity("USD m/month", 0, 1e6, "Relief due this month")]
    relief_paid: Annotated[Real, Quantity("USD m/month", 0, 1e6, "Relief delivered this month")]
    carried: Carried


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
    loyalty: Annotated[
        Real, Quantity("index", 0, 1, "Guarantor's belief about the loyalty of the elite")
    ]
    doubt: Annotated[Real, Quantity("index", 0, 1, "Standard deviation of that belief")]


class Humanitarian(NamedTuple):
    """What it costs the people."""

    insecure: Annotated[Real, Quantity("person", 0, 3e7, "People short of food this month")]
    access: Annotated[Real, Quantity("index", 0, 1, "Access of aid to those in need")]
    excess: Annotated[Real, Quantity("person", 0, 1e6, "Deaths this month beyond the usual")]
    refugees: Annotated[Real, Quantity("person", 0, 1e7, "People driven out this month")]


class World(NamedTuple):
    """Everything that one month hands to the next."""

    month: Annotated[Count, Quantity("month", 0, 40000, "Month number, see `domain.calendar`")]
    offices: Offices
    observation: Observation
    arsenal: Arsenal
    testing: Testing
    economy: Economy
    sanctions: Sanctions
    information: Information
    loyalty: Loyalty
    transition: Transition
    alignment: Alignment
    diplomacy: Diplomacy
    crisis: Crisis
    beliefs: Beliefs
    humanitarian: Humanitarian

    @property
    def governed(self) -> Flag:
        """Whether the challenger still acts as a state: neither collapsed nor at war."""
        return (self.transition.regime != Regime.COLLAPSE) & (self.crisis.rung < Rung.WAR)
