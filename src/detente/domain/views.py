"""What each actor sees when it moves: never another's preferences, never covert conduct of another."""

from typing import Annotated, NamedTuple

from jaxtyping import Array, Float

from detente.domain.actions import Carried
from detente.domain.agreements import Terms
from detente.domain.axes import (
    INTENT,
    Answer,
    Channel,
    Delivery,
    Posture,
    Pressure,
    Rung,
    Stance,
    labels,
)
from detente.domain.quantity import Count, Flag, Quantity, Real


class Standing(NamedTuple):
    """The agreements in force taken together, as both sides can see them."""

    in_force: Annotated[Flag, Quantity("flag", 0, 1, "At least one agreement is in force")]
    inherited: Annotated[Flag, Quantity("flag", 0, 1, "A predecessor of the holder signed one")]
    reversing: Annotated[Flag, Quantity("flag", 0, 1, "A reversal has been decided")]
    full: Annotated[Flag, Quantity("flag", 0, 1, "No slot is free for another")]
    number: Annotated[Real, Quantity("count", 0, 3, "How many are in force")]
    age: Annotated[Real, Quantity("month", 0, 1200, "Age of the oldest")]
    youngest: Annotated[Real, Quantity("month", 0, 1200, "Age of the youngest")]
    tests: Annotated[Real, Quantity("share", 0, 1, "Strongest bound on tests")]
    declared: Annotated[Real, Quantity("share", 0, 1, "Strongest bound on declared production")]
    everything: Annotated[Real, Quantity("share", 0, 1, "Strongest bound on all production")]
    rollback: Annotated[Real, Quantity("share", 0, 1, "Largest share to be dismantled")]
    detection: Annotated[Real, Quantity("1/month", 0, 1, "Best chance of detection")]
    false_alarm: Annotated[Real, Quantity("1/month", 0, 1, "Its false alarms")]
    relief: Annotated[Real, Quantity("USD m/month", 0, 1e6, "Relief promised each month, added up")]
    upfront: Annotated[Real, Quantity("share", 0, 1, "Largest share of relief that is paid first")]
    guaranteed: Annotated[Flag, Quantity("flag", 0, 1, "A patron or all parties stand behind one")]
    assurance: Annotated[Real, Quantity("index", 0, 1, "Strongest security assurance")]
    recognition: Annotated[Real, Quantity("index", 0, 1, "Most recognition conceded")]


class GuarantorView(NamedTuple):
    """What the guarantor sees."""

    standing: Standing
    warheads: Annotated[Real, Quantity("count", 0, 1e4, "Estimated warheads")]
    quiet_tests: Annotated[
        Real, Quantity("month", 0, 1200, "Months since a launch above short range")
    ]
    quiet_long: Annotated[
        Real, Quantity("month", 0, 1200, "Months since an intercontinental or satellite launch")
    ]
    quiet_nuclear: Annotated[Real, Quantity("month", 0, 1200, "Months since a nuclear test")]
    launches: Annotated[Real, Quantity("count", 0, 1e4, "Launches last month, all classes")]
    pledged: Annotated[Flag, Quantity("flag", 0, 1, "A moratorium is proclaimed")]
    channel: Annotated[
        Count, Quantity("level", 0, 3, "Level of talks last month", labels=labels(Channel))
    ]
    talking: Annotated[Real, Quantity("month", 0, 1200, "Months of working talks")]
    quiet_summit: Annotated[Real, Quantity("month", 0, 1200, "Months since leaders met")]
    offered: Annotated[Flag, Quantity("flag", 0, 1, "An offer stood last month")]
    table: Terms
    answer: Annotated[Count, Quantity("level", 0, 2, "The answer to it", labels=labels(Answer))]
    asked: Annotated[
        Real, Quantity("USD m/month", 0, 5e3, "Relief asked in the last counter-offer")
    ]
    alarm: Annotated[Flag, Quantity("flag", 0, 1, "Inspectors raised an alarm last month")]
    violated: Annotated[Flag, Quantity("flag", 0, 1, "A forbidden test was seen last month")]
    intent: Annotated[
        Float[Array, " intent"], Quantity("probability", 0, 1, "Own belief over regions", (INTENT,))
    ]
    covert: Annotated[Real, Quantity("probability", 0, 1, "Own belief that it cheats now")]
    to_handover: Annotated[Real, Quantity("month", 0, 240, "Months to the next inauguration")]
    exercise: Annotated[Flag, Quantity("flag", 0, 1, "A large exercise is due")]
    loyalty: Annotated[
        Real, Quantity("index", 0, 1, "Own belief about the loyalty of the challenger's elite")
    ]
    provoked: Annotated[Count, Quantity("level", 0, 2, "Provocation last month")]
    rung: Annotated[
        Count, Quantity("level", 0, 5, "Rung of the ladder of crisis", labels=labels(Rung))
    ]
    track: Annotated[
        Count, Quantity("level", 0, 3, "Level of the allies' own talks", labels=labels(Channel))
    ]
    carried: Carried
    cohesion: Annotated[Real, Quantity("index", 0, 1, "Trust of the allies, on average")]
    credit: Annotated[Real, Quantity("index", 0, 1, "Own credit at home")]
    hunger: Annotated[Real, Quantity("person", 0, 3e7, "Challenger's people short of food")]
    enforcement: Annotated[
        Real, Quantity("share", 0, 1, "Enforcement by patrons, as far as it is seen")
    ]
    governed: Annotated[Flag, Quantity("flag", 0, 1, "The challenger still acts as a state")]


class ChallengerView(NamedTuple):
    """What the challenger sees, the guarantor's move of the month included."""

    standing: Standing
    warheads: Annotated[Real, Quantity("count", 0, 1e4, "Own warheads")]
    need: Annotated[Real, Quantity("index", 0, 1, "Lack of readiness, averaged over classes")]
    confidence: Annotated[Real, Quantity("index", 0, 1, "Confidence in the own design")]
    covert: Annotated[Flag, Quantity("flag", 0, 1, "Own covert production against terms")]
    pledged: Annotated[Flag, Quantity("flag", 0, 1, "The own moratorium")]
    quiet_nuclear: Annotated[Real, Quantity("month", 0, 1200, "Months since a nuclear test")]
    exporting: Annotated[
        Flag, Quantity("flag", 0, 1, "Arms and labour went to a patron last month")
    ]
    channel: Annotated[
        Count, Quantity("level", 0, 3, "Level of talks last month", labels=labels(Channel))
    ]
    invited: Annotated[
        Count, Quantity("level", 0, 3, "Level that the guarantor offers", labels=labels(Channel))
    ]
    personal: Annotated[Flag, Quantity("flag", 0, 1, "Personal diplomacy is offered")]
    offered: Annotated[Flag, Quantity("flag", 0, 1, "Terms are on the table")]
    table: Terms
    asked: Annotated[
        Real, Quantity("USD m/month", 0, 5e3, "Relief asked before, while this offer stands")
    ]
    pressure: Annotated[
        Count, Quantity("level", 0, 2, "Economic pressure", labels=labels(Pressure))
    ]
    posture: Annotated[Count, Quantity("level", 0, 2, "Military posture", labels=labels(Posture))]
    delivery: Annotated[
        Count, Quantity("level", 0, 3, "What is done with relief due", labels=labels(Delivery))
    ]
    exercise: Annotated[Flag, Quantity("flag", 0, 1, "A large exercise is held")]
    rapport: Annotated[Real, Quantity("index", -1, 1, "Warmth between the two leaders")]
    prestige: Annotated[Real, Quantity("index", 0, 1, "Own recognition and prestige")]
    humiliation: Annotated[Real, Quantity("index", 0, 1, "Loss of face, fading")]
    affront: Annotated[Real, Quantity("index", 0, 1, "Recent pressure and show of force")]
    reliability: Annotated[
        Real, Quantity("probability", 0, 1, "Own belief that a promise will be kept to it")
    ]
    ties: Annotated[Real, Quantity("index", 0, 1, "Own belief about the worth of ties")]
    backing: Annotated[Real, Quantity("index", 0, 1, "Support by patrons")]
    lasting: Annotated[Real, Quantity("probability", 0, 1, "Own belief that it will last a year")]
    revenue: Annotated[Real, Quantity("USD m/month", 0, 2e4, "Revenue from elsewhere")]
    reserve: Annotated[Real, Quantity("USD m", 0, 1e5, "Hard currency held")]
    squeezed: Annotated[Real, Quantity("index", 0, 1, "Pressure that bites")]
    bought: Annotated[Real, Quantity("index", 0, 1, "A patron's war demand for arms and labour")]
    elite: Annotated[Real, Quantity("index", 0, 1, "Loyalty of the own elite")]
    dissent: Annotated[Real, Quantity("share", 0, 1, "Public dissent, all strata")]
    media: Annotated[Real, Quantity("share", 0, 1, "People with outside media")]
    border: Annotated[Real, Quantity("index", 0, 1, "Openness of the own border")]
    grip: Annotated[Real, Quantity("index", 0, 1, "Severity of the own repression")]
    food: Annotated[Real, Quantity("kg/person/yr", 20, 400, "Food that is to be had")]
    engaged: Annotated[Flag, Quantity("flag", 0, 1, "The nearest ally seeks to engage")]
    track: Annotated[
        Count,
        Quantity("level", 0, 3, "Talks with the nearest ally last month", labels=labels(Channel)),
    ]
    cohesion: Annotated[Real, Quantity("index", 0, 1, "Trust between guarantor and allies")]
    governed: Annotated[Flag, Quantity("flag", 0, 1, "It still acts as a state")]
    to_handover: Annotated[Real, Quantity("month", 0, 240, "Months to the guarantor's handover")]


class AllyView(NamedTuple):
    """What one ally sees."""

    warheads: Annotated[Real, Quantity("count", 0, 1e4, "Estimated warheads")]
    launches: Annotated[Real, Quantity("count", 0, 1e4, "Launches last month, all classes")]
    provoked: Annotated[Count, Quantity("level", 0, 2, "Provocation last month")]
    rung: Annotated[
        Count, Quantity("level", 0, 5, "Rung of the ladder of crisis", labels=labels(Rung))
    ]
    channel: Annotated[
        Count, Quantity("level", 0, 3, "Talks of the guarantor last month", labels=labels(Channel))
    ]
    in_force: Annotated[Flag, Quantity("flag", 0, 1, "An agreement is in force")]
    wedge: Annotated[Flag, Quantity("flag", 0, 1, "A separate deal was offered")]
    stance: Annotated[Count, Quantity("level", 0, 2, "Own line of late", labels=labels(Stance))]
    broadcasts: Annotated[Flag, Quantity("flag", 0, 1, "Own broadcasts of late")]
    cohesion: Annotated[Real, Quantity("index", 0, 1, "Trust in the guarantor")]
    abandonment: Annotated[Real, Quantity("index", 0, 1, "Fear of being abandoned")]
    entrapment: Annotated[Real, Quantity("index", 0, 1, "Fear of being drawn into war")]
    option: Annotated[Real, Quantity("index", 0, 1, "Nearness to nuclear arms of its own")]
    enforcement: Annotated[Real, Quantity("share", 0, 1, "Own enforcement so far")]
    governed: Annotated[Flag, Quantity("flag", 0, 1, "The challenger still acts as a state")]


class PatronView(NamedTuple):
    """What one patron sees, the moves of guarantor and challenger included."""

    tested: Annotated[Flag, Quantity("flag", 0, 1, "A nuclear test this month or last")]
    provoked: Annotated[Count, Quantity("level", 0, 2, "Provocation this month")]
    exports: Annotated[Flag, Quantity("flag", 0, 1, "Arms and labour are on offer")]
    pressure: Annotated[
        Count, Quantity("level", 0, 2, "Guarantor's pressure", labels=labels(Pressure))
    ]
    posture: Annotated[
        Count, Quantity("level", 0, 2, "Guarantor's posture", labels=labels(Posture))
    ]
    coalition: Annotated[Flag, Quantity("flag", 0, 1, "The guarantor seeks enforcement")]
    channel: Annotated[
        Count, Quantity("level", 0, 3, "Talks of the guarantor last month", labels=labels(Channel))
    ]
    tabled: Annotated[Flag, Quantity("flag", 0, 1, "A resolution awaits its vote")]
    war: Annotated[Flag, Quantity("flag", 0, 1, "Own war")]
    ties: Annotated[Real, Quantity("index", 0, 1, "Closeness to the challenger")]
    support: Annotated[Real, Quantity("index", 0, 1, "Own support so far")]
    bloc: Annotated[Real, Quantity("index", 0, 1, "Cohesion of the bloc")]
    enforcement: Annotated[Real, Quantity("share", 0, 1, "Own enforcement so far")]
    others: Annotated[Real, Quantity("share", 0, 1, "Enforcement by the other patron")]
    food: Annotated[Real, Quantity("kg/person/yr", 20, 400, "Challenger's food")]
    elite: Annotated[Real, Quantity("index", 0, 1, "Reports on the challenger's elite")]
    rung: Annotated[
        Count, Quantity("level", 0, 5, "Rung of the ladder of crisis", labels=labels(Rung))
    ]
    governed: Annotated[Flag, Quantity("flag", 0, 1, "The challenger still acts as a state")]


class PartnerView(NamedTuple):
    """What the partner sees."""

    bloc: Annotated[Real, Quantity("index", 0, 1, "Cohesion of the bloc")]
    exchange: Annotated[Real, Quantity("index", 0, 1, "Recent exchange")]
    pressure: Annotated[
        Count, Quantity("level", 0, 2, "Guarantor's pressure", labels=labels(Pressure))
    ]
    governed: Annotated[Flag, Quantity("flag", 0, 1, "The challenger still acts as a state")]
