"""What each side wants and does not show. A type is preferences only; behaviour emerges from it."""

from typing import Annotated, NamedTuple

from detente.domain.quantity import Quantity, Real


class Preferences(NamedTuple):
    """The challenger's leader: what things are worth, in the relief that would pay for them.

    Values are per month, so that a relief of so many million dollars a month can be set against them.
    """

    arsenal: Annotated[
        Real, Quantity("USD m/month", 0, 5000, "Worth of production and testing without bounds")
    ]
    survival: Annotated[
        Real, Quantity("USD m/month", 0, 5000, "Worth of full security from attack and overthrow")
    ]
    revenue: Annotated[Real, Quantity("ratio", 0, 5, "Worth of a dollar of relief")]
    recognition: Annotated[
        Real, Quantity("USD m/month", 0, 5000, "Worth of full recognition and prestige")
    ]
    revision: Annotated[
        Real, Quantity("USD m/month", 0, 5000, "Worth of coercing or absorbing the rival half")
    ]
    reservation: Annotated[
        Real, Quantity("USD m/month", 0, 5000, "Gain below which nothing is signed")
    ]
    patience: Annotated[Real, Quantity("1/month", 0.5, 0.9999, "Discount factor of a month")]
    concealment: Annotated[
        Real, Quantity("USD m/month", 0, 2000, "Cost of hiding production that was signed away")
    ]


class Profile(NamedTuple):
    """The guarantor's office-holder: how it bargains, on scales that a record of conduct can place."""

    personal_diplomacy: Annotated[
        Real, Quantity("index", 0, 1, "Value set on meeting the other leader")
    ]
    patience: Annotated[Real, Quantity("index", 0, 1, "Readiness to wait for results")]
    risk_acceptance: Annotated[Real, Quantity("index", 0, 1, "Readiness to raise military risk")]
    credit: Annotated[Real, Quantity("index", 0, 1, "Ability to carry a deal at home")]
    reliability: Annotated[
        Real, Quantity("index", 0, 1, "Readiness to honour terms, the predecessor's included")
    ]


class AllyProfile(NamedTuple):
    """An ally's government: its line, and what it would gain by going its own way."""

    engagement: Annotated[Real, Quantity("index", 0, 1, "Leaning to engage rather than to deter")]
    autonomy: Annotated[Real, Quantity("index", 0, 1, "Wish for arms and ways of its own")]
    separate: Annotated[Real, Quantity("index", 0, 1, "Gain from a deal of its own")]


class PatronProfile(NamedTuple):
    """A patron's government: what it has from the challenger, and what it fears."""

    commerce: Annotated[Real, Quantity("index", 0, 1, "Gain from trade that sanctions forbid")]
    rivalry: Annotated[Real, Quantity("index", 0, 1, "Worth of thwarting the guarantor")]
    stability: Annotated[Real, Quantity("index", 0, 1, "Fear of collapse and war next door")]


class PartnerProfile(NamedTuple):
    """The partner's government."""

    need: Annotated[Real, Quantity("index", 0, 1, "Need for what the challenger knows")]
