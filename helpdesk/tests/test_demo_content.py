"""The texts, problem types and pictures of the demo fit together."""

import re
from collections.abc import Iterator
from datetime import time
from random import Random

import pytest
from django.conf import settings

from helpdesk.demo.catalogue import CATEGORY
from helpdesk.demo.people import ADMIN, AGENTS, TEAMS
from helpdesk.demo.pictures import SCENES
from helpdesk.demo.problem_types import (
    OPENING_HOURS,
    PROBLEM_TYPES,
    REPLY_TEMPLATES,
    SLA_TYPES,
    ProblemTypeSpec,
    SlotSpec,
)
from helpdesk.demo.talk import conversations, speak
from tickets.models import EvidenceSlot

pytestmark = pytest.mark.standalone

PROBLEM = {problem.slug: problem for problem in PROBLEM_TYPES}
VARIABLES = {
    "agent_first", "agent_name", "bought", "code_tail", "colleague", "customer_name", "first_name", "hint", "new_tail",
    "order_number", "other_agent", "phone_tail", "price", "product", "shop", "short", "store", "ticket_number",
}  # fmt: skip
WORDS = {variable: f"<{variable}>" for variable in VARIABLES}
TEMPLATE_VARIABLES = {"customer_name", "order_number", "product", "ticket_number", "shop", "agent_name"}
SCENES_WITH_AN_ERROR = {
    "redeem", "giftcard_redeem", "activation", "console_redeem", "topup_phone", "ereader",
}  # fmt: skip
SLOTS = [
    pytest.param(problem, slot, id=f"{problem.slug}-{slot.label}")
    for problem in PROBLEM_TYPES
    for slot in problem.slots
]
PROBLEMS = [pytest.param(problem, id=problem.slug) for problem in PROBLEM_TYPES]
TALKS = [pytest.param(talk, id=talk.name) for talk in conversations()]


def categories_of(problem: ProblemTypeSpec) -> set[str]:
    return set(problem.categories or CATEGORY)


def scenes_of(problem: ProblemTypeSpec) -> Iterator[tuple[str, str]]:
    """Category and scene of each picture that is asked for."""
    for slot in problem.slots:
        for category in slot.categories or categories_of(problem):
            if scene := slot.scenes.get(category, slot.scene):
                yield category, scene


def test_names_are_given_once():
    assert len(PROBLEM) == len(PROBLEM_TYPES)
    assert len({talk.name for talk in conversations()}) == len(conversations())
    assert len({(one.title, one.language) for one in REPLY_TEMPLATES}) == len(REPLY_TEMPLATES)


@pytest.mark.parametrize("talk", TALKS)
def test_a_talk_is_about_a_problem_that_is_offered_for_its_categories(talk):
    assert talk.categories <= categories_of(PROBLEM[talk.problem])


@pytest.mark.parametrize("talk", TALKS)
def test_a_talk_can_be_said_with_the_words_there_are_and_shows_pictures_there_are(talk):
    for turn in talk.turns:
        for seed in range(6):
            said = speak(turn.text, Random(seed), WORDS, woman=seed % 2 == 0, to_woman=seed % 3 == 0)
            assert said
            assert not re.search(r"\[\[|\]\]|[{}]", said)
        assert not turn.picture or turn.picture in SCENES


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_has_talks_and_one_to_four_questions_in_each_category(problem):
    assert any(talk.problem == problem.slug for talk in conversations())
    assert categories_of(problem) <= set(CATEGORY)
    for category in categories_of(problem):
        asked = [slot for slot in problem.slots if not slot.categories or category in slot.categories]
        assert 1 <= len(asked) <= 4


def test_a_whole_order_can_be_reported_too():
    offered = {problem.slug for problem in PROBLEM_TYPES if not problem.categories}
    assert {"code-not-arrived", "refund", "something-else"} <= offered


@pytest.mark.parametrize(("problem", "slot"), SLOTS)
def test_a_question_fits_the_model_and_its_problem(problem, slot):
    assert slot.kind in EvidenceSlot.Kind.values
    assert len(slot.label) <= EvidenceSlot._meta.get_field("label").max_length
    assert set(slot.categories) <= categories_of(problem)
    assert slot.max_files >= 1


@pytest.mark.parametrize(("problem", "slot"), SLOTS)
def test_a_picture_has_captions_and_a_scene_for_every_category_it_is_asked_for(problem, slot):
    if slot.kind != EvidenceSlot.Kind.PICTURE:
        assert (slot.scene, slot.scenes, slot.good, slot.bad) == ("", {}, "", "")
        return
    asked = set(slot.categories) or categories_of(problem)
    assert set(slot.scenes) <= asked
    for category in asked:
        assert slot.scenes.get(category, slot.scene) in SCENES
    assert slot.good
    assert slot.bad
    assert max(len(slot.good), len(slot.bad)) <= 200


@pytest.mark.parametrize(("problem", "slot"), SLOTS)
def test_choices_and_samples_agree_with_the_kind(problem, slot: SlotSpec):
    kinds = EvidenceSlot.Kind
    assert bool(slot.choices) == (slot.kind == kinds.CHOICE)
    match slot.kind:
        case kinds.PICTURE:
            assert not slot.samples
        case kinds.CHOICE:
            assert set(slot.samples) <= set(slot.choices)
        case kinds.YES_NO:
            assert set(slot.samples) <= {"yes", "no"}
            assert slot.samples
        case kinds.DATE:
            assert slot.samples == ("{bought}",)
        case kinds.NUMBER:
            assert slot.samples
            assert all(sample.isdigit() for sample in slot.samples)
        case _:
            assert slot.samples
            assert all(sample.strip() == sample and "{" not in sample for sample in slot.samples)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_screen_with_an_error_says_what_the_problem_is(problem):
    needed = {category for category, scene in scenes_of(problem) if scene in SCENES_WITH_AN_ERROR}
    assert set(problem.errors) <= categories_of(problem) | {""}
    for category in needed:
        assert problem.errors.get(category) or problem.errors.get("")
    for errors in problem.errors.values():
        assert all(title and len(title) <= 33 and message for title, message in errors)


@pytest.mark.parametrize("template", [pytest.param(one, id=one.title) for one in REPLY_TEMPLATES])
def test_a_reply_template_uses_known_variables_problems_and_languages(template):
    assert set(re.findall(r"\{(.*?)\}", template.text)) <= TEMPLATE_VARIABLES
    assert template.language in dict(settings.CUSTOMER_LANGUAGES)
    assert not template.problem or template.problem in PROBLEM


def test_every_language_of_the_shop_has_reply_templates():
    assert {template.language for template in REPLY_TEMPLATES} == {
        code for code, _name in settings.CUSTOMER_LANGUAGES
    }


def test_every_problem_follows_a_promise_of_people_who_are_there():
    names = [sla.name for sla in SLA_TYPES]
    emails = {agent.email for agent in (*AGENTS, ADMIN)}
    assert {problem.sla for problem in PROBLEM_TYPES} <= set(names)
    assert len(set(names)) == len(names)
    assert [sla.is_default for sla in SLA_TYPES].count(True) == 1
    for sla in SLA_TYPES:
        assert 0 < sla.first_answer_minutes < sla.solution_minutes
        assert sla.team in TEAMS
        assert set(sla.warned) <= emails


def test_the_desk_opens_before_it_closes():
    assert [weekday for weekday, _opens, _closes in OPENING_HOURS] == [0, 1, 2, 3, 4, 5]
    for _weekday, opens, closes in OPENING_HOURS:
        assert time.fromisoformat(opens) < time.fromisoformat(closes)
