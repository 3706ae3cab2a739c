import threading

import pytest
from fake_novu import FakeNovu, FakeTime, integration

from reconciler.applying.listing import Listing
from reconciler.errors import WorldError
from reconciler.model import Channel, ObservedIntegration

WAIT = 30


def test_a_row_is_found_by_its_identifier() -> None:
    novu = FakeNovu()
    listing = Listing(novu, clock=FakeTime().clock)
    assert listing.find(integration("slack")) is None
    row = novu.make(integration("slack"))
    assert listing.find(integration("slack")) == row


def test_a_built_in_is_found_by_provider_and_channel() -> None:
    novu = FakeNovu()
    row = novu.make(integration("made-up", provider_id="novu", channel=Channel.IN_APP))
    inbox = integration("inbox", provider_id="novu", channel=Channel.IN_APP)
    assert Listing(novu, clock=FakeTime().clock).find(inbox) == row


def test_two_rows_of_one_name_are_told_apart_by_nobody() -> None:
    novu = FakeNovu()
    for _ in range(2):
        novu.make(integration("slack"))
    with pytest.raises(WorldError, match="2 integrations 'slack'"):
        Listing(novu, clock=FakeTime().clock).find(integration("slack"))


def test_every_question_gets_a_list_that_is_no_older_than_itself() -> None:
    novu, time = FakeNovu(), FakeTime()
    listing = Listing(novu, clock=time.clock)
    assert listing.now() == ()
    novu.make(integration("slack"))
    assert len(listing.now()) == 1


class SlowNovu(FakeNovu):
    """Answers its first list only when it is told to."""

    def __post_init__(self) -> None:
        """Nobody has asked yet."""
        super().__post_init__()
        self.answer = threading.Event()

    def list(self) -> tuple[ObservedIntegration, ...]:
        """Wait until told to answer."""
        assert self.answer.wait(WAIT)
        return super().list()


def test_threads_that_ask_while_a_list_is_read_share_the_next_one() -> None:
    """Ten lost answers at once cost two lists and not ten."""
    novu = SlowNovu()
    looks, turn, everybody_asked = [0], threading.Lock(), threading.Event()

    def clock() -> float:
        with turn:
            looks[0] += 1
            if looks[0] == 11:  # ten questions, and the one read that has begun
                everybody_asked.set()
            return float(looks[0])

    listing = Listing(novu, clock=clock)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(len(listing.now()))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    assert everybody_asked.wait(WAIT)
    novu.make(integration("slack"))
    novu.answer.set()
    for thread in threads:
        thread.join(WAIT)
    assert answers == [1] * 10
    assert len(novu.requests) == 2
