"""Questions to the network are asked once a look, remembered beyond it, and not asked at all from memory."""

import pytest

from hotfix_tui.base import asking
from hotfix_tui.base.asking import Answers


class World:
    """Counts what it is asked."""

    def __init__(self):
        self.asked = []

    def ask(self, name):
        def answer():
            self.asked.append(name)
            if name == "gone":
                raise OSError("no route to it")
            return len(self.asked)

        return asking.ask(name, answer)


@pytest.fixture
def world():
    return World()


def test_without_a_look_everybody_asks(world):
    assert [world.ask("a"), world.ask("a")] == [1, 2]


def test_a_look_asks_each_question_once_and_gives_the_same_error_again(world):
    with asking.look(Answers()):
        assert [world.ask("a"), world.ask("a"), world.ask("b")] == [1, 1, 2]
        for _ in range(2):
            with pytest.raises(OSError, match="no route"):
                world.ask("gone")
    assert world.asked == ["a", "b", "gone"]
    assert world.ask("a") == 4


def test_a_look_goes_on_where_its_answers_are_given_again(world):
    answers = Answers()
    for _ in range(2):
        with asking.look(answers):
            world.ask("a")
    assert world.asked == ["a"]


def test_who_waits_for_another_answer_asks_anew(world):
    with asking.look(Answers()):
        assert world.ask("a") == 1
        asking.anew()
        assert world.ask("a") == 2
    asking.anew()


def test_from_memory_nobody_is_asked(world):
    memory = Answers()
    with asking.look(Answers(remember=memory)):
        world.ask("a")
        with pytest.raises(OSError, match="no route"):
            world.ask("gone")
    with asking.remembered(memory):
        assert world.ask("a") == 1
        for unknown in ("b", "gone"):
            with pytest.raises(asking.NotAsked):
                world.ask(unknown)
        asking.anew()
        assert world.ask("a") == 1
    assert world.asked == ["a", "gone"]


def test_a_look_within_a_look_is_part_of_it(world):
    memory = Answers()
    with asking.looking(memory):
        world.ask("a")
        with asking.looking(memory):
            world.ask("a")
    assert world.asked == ["a"]
    with asking.remembered(memory):
        assert world.ask("a") == 1
