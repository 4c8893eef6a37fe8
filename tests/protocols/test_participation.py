"""AI participation: terms, sponsors, reach, budgets, reviews, stops; at every writer, and on both stores."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from counterpoint.actions.replaying import replay
from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.ledger.schema import entry
from counterpoint.ledger.verify import verify
from counterpoint.model.commands import COMMANDS
from counterpoint.state.participation import ALONE
from counterpoint.state.terms import agent_terms
from tests.protocols.trial import Trial

FACTS = """
    person:~ana
    person:~ben
    person:~ines
    person:~tomas
    agent:scout sponsor person:~ana
    agent:rover sponsor person:~ben
    agent:boss sponsor person:~ben
    agent:orphan
    team:shop lead person:~ben
    team:shop member agent:scout
    zone:shop owner team:shop
    zone:bank decider person:~ines
    zone:bank terms {action = "*", term = "never"}
    zone:bank terms {action = "lease", term = "review", reviewer = "person:~ines"}
    zone:bank terms {action = "lease release", term = "alone"}
    zone:organisation decider person:~tomas
    work:page zone zone:shop
    work:page decider agent:boss
    work:vault zone zone:bank
    work:free status active
"""


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def good(trial: Trial) -> None:
    """The record verifies, and every act in it would be decided the same again."""
    assert verify(trial.ledger).good
    assert replay(trial.ledger).damage == ()


def actor(trial: Trial, sequence: int) -> str:
    with trial.ledger.read() as snapshot:
        return str(snapshot.connection.execute(select(entry.c.actor).where(entry.c.sequence == sequence)).scalar_one())


def held(trial: Trial, item: str, by: str) -> bool:
    return trial.text(f"lease:{item.replace(':', '/')}", "holder") == by


def test_what_agents_do_alone_is_in_the_command_table_and_on_the_page() -> None:
    acts = {command.name for command in COMMANDS if command.act}
    assert acts >= ALONE
    page = (Path(__file__).parents[2] / "docs" / "participation.md").read_text()
    listed = page.partition("<!-- alone: begin -->")[2].partition("<!-- alone: end -->")[0]
    nouns = sorted({act.split()[0] for act in ALONE})
    lines = [", ".join(f"`{act}`" for act in sorted(ALONE) if act.split()[0] == noun) for noun in nouns]
    assert listed == "\n" + "".join(f"- {line}\n" for line in lines)


# ---- terms ----


def test_without_terms_an_agent_does_alone_what_binds_nobody_else(trial: Trial) -> None:
    done = trial.do("lease take", "agent:scout", item="work:page")
    assert done.status == "held" and done.proposal is None and done.sponsor == "person:~ana"
    good(trial)


def test_without_terms_everything_else_waits_for_its_sponsor(trial: Trial) -> None:
    trial.do("lease take", "agent:scout", item="work:page")
    done = trial.do("lease force", "agent:boss", item="work:page", reason="I decide")
    assert done.proposal == "proposal:lease-force-work-page" and done.status == "waiting"
    assert held(trial, "work:page", "agent:scout")
    assert trial.refs(done.proposal, "reviewer") == ("person:~ben",)
    good(trial)


def test_what_the_rules_refuse_anyhow_is_not_proposed(trial: Trial) -> None:
    trial.do("lease take", "agent:scout", item="work:page")
    with pytest.raises(NotAllowed, match="agent:rover may not take work:page"):
        trial.do("lease force", "agent:rover", item="work:page", reason="please")
    assert trial.ask(lambda state: state.entities("proposal")) == []


def test_the_nearest_zone_and_the_most_specific_line_hold(trial: Trial) -> None:
    with pytest.raises(NotAllowed, match="agents never do handoff offer here: zone:bank says so of '\\*'"):
        trial.do("handoff offer", "agent:scout", what="work:vault", to="person:~ana")
    done = trial.do("lease take", "agent:scout", item="work:vault")
    assert done.proposal and trial.refs(done.proposal, "reviewer") == ("person:~ines",)
    trial.do("proposal accept", "person:~ines", proposal=done.proposal)
    assert held(trial, "work:vault", "agent:scout")
    assert trial.do("lease release", "agent:scout", item="work:vault").proposal is None
    good(trial)


def test_people_are_not_asked_for_terms(trial: Trial) -> None:
    assert trial.do("lease take", "person:~ana", item="work:vault").status == "held"


def test_nobody_accountable_nothing_done(trial: Trial) -> None:
    with pytest.raises(NotAllowed, match="nobody is accountable for agent:orphan"):
        trial.do("lease take", "agent:orphan", item="work:page")
    trial.says("person:~ana erased true")
    with pytest.raises(NotAllowed, match="nobody is accountable for agent:scout"):
        trial.do("lease take", "agent:scout", item="work:page")


def test_of_two_zones_the_stricter_terms_hold(trial: Trial) -> None:
    trial.says(
        'zone:shop terms {action = "*", term = "alone"}',
    )
    trial.do("lease take", "agent:scout", item="work:page")
    assert trial.do("lease force", "agent:boss", item="work:page", reason="mine").proposal is None


def test_a_capability_is_a_bound(trial: Trial) -> None:
    trial.says("agent:scout capability zone:shop")
    trial.do("lease take", "agent:scout", item="work:page")
    with pytest.raises(NotAllowed, match="work:free is out of the reach of agent:scout"):
        trial.do("lease take", "agent:scout", item="work:free")
    with pytest.raises(NotAllowed, match="out of the reach"):
        trial.do("lease take", "agent:scout", item="any-old-name")
    trial.says("work:part parent work:free", "agent:rover capability work:free")
    trial.do("lease take", "agent:rover", item="work:part")


# ---- budgets ----


def test_a_budget_is_the_agents_own_and_says_when_it_may_again(trial: Trial) -> None:
    trial.says("agent:scout budget 2")
    trial.do("lease take", "agent:scout", item="one")
    trial.do("lease take", "agent:rover", item="other")
    trial.later(minutes=10).do("lease take", "agent:scout", item="two")
    with pytest.raises(Refused, match="has used up its budget of 2 an hour") as refused:
        trial.later(minutes=10).do("lease take", "agent:scout", item="three")
    assert "at 2026-11-23 10:00 UTC" in refused.value.hint
    trial.do("lease take", "agent:rover", item="three")
    trial.later(minutes=39)
    with pytest.raises(Refused):
        trial.do("lease take", "agent:scout", item="four")
    trial.later(minutes=1).do("lease take", "agent:scout", item="four")
    good(trial)


def test_a_zones_budget_is_for_agents_that_have_none(trial: Trial) -> None:
    trial.says("zone:organisation budget 1", "zone:shop budget 2", "agent:rover budget 5")
    trial.do("lease take", "agent:scout", item="work:page")
    trial.do("lease release", "agent:scout", item="work:page")
    with pytest.raises(Refused, match="budget of 2 an"):
        trial.do("lease take", "agent:scout", item="work:page")
    for item in ("one", "two", "three"):
        trial.do("lease take", "agent:rover", item=item)


def test_what_is_done_on_a_persons_word_does_not_use_up_the_budget(trial: Trial) -> None:
    trial.says("agent:scout budget 2")
    done = trial.do("lease take", "agent:scout", item="work:vault")
    trial.do("proposal accept", "person:~ines", proposal=done.proposal)
    trial.do("lease take", "agent:scout", item="work:page")
    with pytest.raises(Refused, match="budget of 2"):
        trial.do("lease take", "agent:scout", item="work:free")


def test_an_agent_has_one_budget_under_all_its_names(trial: Trial) -> None:
    trial.says("agent:scout budget 2", "agent:s2 alias_of agent:scout")
    trial.do("lease take", "agent:scout", item="one")
    assert trial.do("lease take", "agent:s2", item="two").by == "agent:scout"
    with pytest.raises(Refused, match="budget of 2"):
        trial.do("lease take", "agent:s2", item="three")


# ---- reviews ----


def proposed(trial: Trial) -> str:
    done = trial.do("lease take", "agent:scout", item="work:vault")
    assert done.proposal is not None
    return done.proposal


def test_an_accepted_act_names_agent_sponsor_and_reviewer(trial: Trial) -> None:
    one = proposed(trial)
    done = trial.do("proposal accept", "person:~ines", proposal=one)
    assert done.status == "accepted" and [(each.noun, each.verb) for each in done.followed] == [("lease", "take")]
    act = trial.ask(lambda state: state.value("lease:work/vault", "act"))
    assert isinstance(act, dict)
    assert (act["sponsor"], act["reviewer"]) == ("person:~ana", "person:~ines")
    assert actor(trial, done.followed[0].entry) == "agent:scout"
    with pytest.raises(Refused, match="is accepted"):
        trial.do("proposal accept", "person:~ines", proposal=one)
    good(trial)


@pytest.mark.parametrize("by", ["agent:scout", "agent:rover", "agent:boss", "person:~ana", "person:~tomas"])
def test_only_who_reviews_may_accept(trial: Trial, by: str) -> None:
    one = proposed(trial)
    with pytest.raises(NotAllowed, match=r"may not review .*; person:~ines may"):
        trial.do("proposal accept", by, proposal=one)
    assert not held(trial, "work:vault", "agent:scout")


def test_an_agent_in_the_reviewing_team_does_not_review(trial: Trial) -> None:
    trial.says(
        'zone:lab terms {action = "*", term = "review", reviewer = "team:lab"}',
        "team:lab lead agent:boss",
        "work:cell zone zone:lab",
    )
    with pytest.raises(NotAllowed, match="needs a review here, and nobody may give it"):
        trial.do("lease take", "agent:scout", item="work:cell")
    trial.says("team:lab lead person:~ana")
    done = trial.do("lease take", "agent:scout", item="work:cell")
    with pytest.raises(NotAllowed):
        trial.do("proposal accept", "agent:boss", proposal=done.proposal)
    trial.do("proposal accept", "person:~ana", proposal=done.proposal)
    assert held(trial, "work:cell", "agent:scout")


def test_what_the_rules_refuse_by_then_is_returned_and_says_why(trial: Trial) -> None:
    one = proposed(trial)
    trial.do("lease take", "person:~ben", item="work:vault")
    done = trial.do("proposal accept", "person:~ines", proposal=one)
    assert done.status == "returned" and done.followed == ()
    assert "person:~ben holds work:vault" in (trial.text(one, "reason") or "")
    assert held(trial, "work:vault", "person:~ben")
    good(trial)


def test_terms_that_became_stricter_hold_when_it_is_accepted(trial: Trial) -> None:
    one = proposed(trial)
    trial.says('zone:bank terms {action = "lease take", term = "never"}')
    assert trial.do("proposal accept", "person:~ines", proposal=one).status == "returned"
    assert not held(trial, "work:vault", "agent:scout")


def test_a_returned_proposal_says_why(trial: Trial) -> None:
    one = proposed(trial)
    trial.do("proposal return", "person:~ana", proposal=one, reason="not today")
    assert (trial.text(one, "status"), trial.text(one, "reason")) == ("returned", "not today")
    with pytest.raises(Refused, match="is returned"):
        trial.do("proposal accept", "person:~ines", proposal=one)


def test_an_agent_withdraws_what_it_proposed(trial: Trial) -> None:
    one = proposed(trial)
    with pytest.raises(NotAllowed):
        trial.do("proposal withdraw", "agent:rover", proposal=one)
    # Zone bank knows no term for it but *: never.
    trial.says('zone:bank terms {action = "proposal", term = "alone"}')
    trial.do("proposal withdraw", "agent:scout", proposal=one)
    assert trial.text(one, "status") == "withdrawn"


def test_nobody_reviews_and_it_expires(trial: Trial) -> None:
    one = proposed(trial)
    trial.later(days=7).tick()
    assert trial.text(one, "status") == "expired"
    with pytest.raises(Refused, match="is expired"):
        trial.do("proposal accept", "person:~ines", proposal=one)
    good(trial)


def test_it_expires_even_if_no_clock_has_rung(trial: Trial) -> None:
    one = proposed(trial)
    with pytest.raises(Refused, match="is expired"):
        trial.later(days=8).do("proposal accept", "person:~ines", proposal=one)


def test_what_waits_already_is_not_proposed_again(trial: Trial) -> None:
    assert proposed(trial) == "proposal:lease-take-work-vault"
    with pytest.raises(Conflict, match="has proposed this already: proposal:lease-take-work-vault"):
        proposed(trial)
    assert trial.do("lease take", "agent:rover", item="work:vault").proposal == "proposal:lease-take-work-vault-2"


def test_the_same_key_proposes_once(trial: Trial) -> None:
    done = trial.do("lease take", "agent:scout", "k1", item="work:vault")
    again = trial.do("lease take", "agent:scout", "k1", item="work:vault")
    assert again.again and again.subject == done.subject == again.proposal
    with pytest.raises(Conflict):
        trial.do("lease take", "agent:scout", "k1", item="work:free")


def test_two_reviewers_of_two_zones_are_one_person_or_nobody(trial: Trial) -> None:
    trial.says(
        'zone:a terms {action = "*", term = "review", reviewer = "team:shop"}',
        'zone:b terms {action = "*", term = "review", reviewer = "person:~ines"}',
        "work:a zone zone:a",
        "work:b zone zone:b",
        "dependency:d consumer work:a",
        "dependency:d provider work:b",
        "dependency:d status asked",
    )
    with pytest.raises(NotAllowed, match="nobody may give it"):
        trial.do("lease take", "agent:scout", item="dependency:d")
    trial.says("team:shop lead person:~ines")
    done = trial.do("lease take", "agent:scout", item="dependency:d")
    assert trial.refs(done.proposal or "", "reviewer") == ("person:~ines",)


# ---- stops ----


def test_a_stopped_agent_does_nothing_and_holds_nothing(trial: Trial) -> None:
    trial.do("lease take", "agent:scout", item="work:page")
    trial.do("lease wait", "agent:rover", item="work:page")
    one = proposed(trial)
    done = trial.do("agent stop", "person:~ana", agent="scout", reason="what is it doing?")
    assert done.status == "stopped" and len(done.followed) == 2
    assert held(trial, "work:page", "agent:rover")
    assert trial.text(one, "status") == "returned" and trial.text(one, "reason") == "agent:scout is stopped"
    with pytest.raises(NotAllowed, match="agent:scout is stopped"):
        trial.do("lease take", "agent:scout", item="other")
    trial.do("agent start", "person:~ana", agent="scout")
    trial.do("lease take", "agent:scout", item="other")
    good(trial)


def test_who_may_stop_and_start(trial: Trial) -> None:
    for by in ("person:~ines", "agent:scout", "agent:boss"):
        with pytest.raises(NotAllowed):
            trial.do("agent stop", by, agent="scout")
    trial.do("agent stop", "person:~ben", agent="scout")  # decides where its team works
    with pytest.raises(NotAllowed, match="person:~ana may not start"):
        trial.do("agent start", "person:~ana", agent="scout")  # its sponsor, and not who stopped it
    trial.do("agent start", "person:~tomas", agent="scout")
    trial.do("agent stop", "person:~ana", agent="scout")
    trial.do("agent start", "person:~ana", agent="scout")
    with pytest.raises(Refused, match="is active"):
        trial.do("agent start", "person:~ana", agent="scout")


def test_a_stop_that_sources_differ_about_is_a_stop(trial: Trial) -> None:
    trial.says("agent:scout status active")
    trial.do("agent stop", "person:~ana", agent="scout")
    with pytest.raises(NotAllowed):
        trial.do("lease take", "agent:scout", item="work:page")
    trial.says("agent:rover status stopped")
    trial.says("agent:rover status active", source="tracker")
    with pytest.raises(NotAllowed, match="is stopped"):
        trial.do("lease take", "agent:rover", item="work:page")
    trial.do("agent start", "person:~ben", agent="rover")
    trial.do("lease take", "agent:rover", item="work:page")


def test_one_switch_for_all_agents_in_a_zone(trial: Trial) -> None:
    trial.do("lease take", "agent:scout", item="work:page")
    trial.do("lease wait", "agent:rover", item="work:page")
    trial.do("lease wait", "person:~ana", item="work:page")
    trial.do("lease take", "agent:rover", item="work:free")
    with pytest.raises(NotAllowed, match="person:~ines may not stop the agents in zone:shop"):
        trial.do("agents stop", "person:~ines", zone="zone:shop")
    done = trial.do("agents stop", "person:~ben", zone="zone:shop")
    assert done.status == "stopped"
    assert held(trial, "work:page", "person:~ana") and held(trial, "work:free", "agent:rover")
    with pytest.raises(NotAllowed, match="agents are stopped in zone:shop"):
        trial.do("lease wait", "agent:scout", item="work:page")
    trial.do("agents start", "person:~tomas", zone="zone:shop")
    trial.do("lease wait", "agent:scout", item="work:page")
    good(trial)


def test_one_switch_for_all_agents_everywhere(trial: Trial) -> None:
    for number in range(100):
        trial.do("lease take", "agent:rover", item=f"thing-{number}")
    one = proposed(trial)
    with pytest.raises(NotAllowed):
        trial.do("agents stop", "person:~ben")
    done = trial.do("agents stop", "person:~tomas", reason="a bad day")
    assert len(done.followed) == 101 and trial.text(one, "status") == "returned"
    for item in ("work:page", "work:free", "more"):
        with pytest.raises(NotAllowed, match="agents are stopped in zone:organisation"):
            trial.do("lease take", "agent:rover", item=item)
    with pytest.raises(Refused, match="is stopped"):
        trial.do("agents stop", "person:~tomas")
    good(trial)


def test_a_switch_returns_what_is_proposed_on_anything_in_the_zone(trial: Trial) -> None:
    trial.says("dependency:d consumer work:page", "dependency:d provider work:free", "work:free zone zone:other")
    for zone in ("zone:shop", "zone:other"):
        trial.says(f'{zone} terms {{action = "*", term = "review", reviewer = "person:~ines"}}')
    trial.says("zone:other decider person:~ana")
    done = trial.do("lease take", "agent:scout", item="dependency:d")
    trial.do("agents stop", "person:~ana", zone="zone:other")
    assert trial.text(done.proposal or "", "status") == "returned"


def test_a_person_takes_on_an_agent_and_answers_for_it(trial: Trial) -> None:
    done = trial.do("agent add", "person:~ines", name="helper", title="Helper", budget=1, capability=["zone:bank"])
    assert done.status == "active" and trial.refs("agent:helper", "sponsor") == ("person:~ines",)
    with pytest.raises(NotAllowed, match="out of the reach"):
        trial.do("lease take", "agent:helper", item="work:page")
    with pytest.raises(Refused, match="is active"):
        trial.do("agent add", "person:~ines", name="scout")
    with pytest.raises(NotAllowed, match="is no person"):
        trial.do("agent add", "agent:scout", name="child")
    good(trial)


# ---- what it may do ----


def test_what_an_agent_may_do_is_told_and_is_what_holds(trial: Trial) -> None:
    found = {
        one.action: one for one in trial.ask(lambda state: agent_terms(state, "agent:scout", "work:vault")).actions
    }
    assert (found["lease take"].term, found["lease take"].reviewers) == ("review", ("person:~ines",))
    assert (found["lease release"].term, found["lease release"].zone) == ("alone", "zone:bank")
    assert (found["work drop"].term, found["work drop"].line) == ("never", "*")
    free = {one.action: one for one in trial.ask(lambda state: agent_terms(state, "agent:scout")).actions}
    assert {action for action, one in free.items() if one.term == "alone"} == ALONE
    assert free["import"].reviewers == ("person:~ana",)
    assert trial.ask(lambda state: agent_terms(state, "agent:orphan")).sponsor is None


def test_what_keeps_it_from_acting_is_told(trial: Trial) -> None:
    trial.says("agent:scout capability zone:shop", "zone:shop budget 5")
    trial.do("agents stop", "person:~tomas", zone="zone:bank")
    at_the_vault = trial.ask(lambda state: agent_terms(state, "agent:scout", "work:vault"))
    assert at_the_vault.kept_from == "agents are stopped in zone:bank" and not at_the_vault.within_reach
    on_the_page = trial.ask(lambda state: agent_terms(state, "agent:scout", "work:page"))
    assert on_the_page.kept_from is None and on_the_page.within_reach and on_the_page.budget == 5
