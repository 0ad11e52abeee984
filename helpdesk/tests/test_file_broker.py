"""The broker that is a folder: between many processes nothing is lost, doubled or torn."""

import multiprocessing
import os
from collections import Counter
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Queue

from helpdesk.file_broker import clear_leftovers  # and so it knows the address folder://

pytestmark = pytest.mark.standalone
PROCESSES = 4
EACH = 250
QUEUE = "helpdesk"
FILLER = "õ" * 20_000  # more than a page or a buffer, so that a torn read would show


def connect(folder: str) -> Connection:
    return Connection("folder://", transport_options={"folder": folder})


def publish(folder: str, publisher: int, count: int = EACH) -> None:
    with connect(folder) as connection, connection.Producer() as producer:
        for number in range(count):
            body = {"id": f"{publisher}-{number}", "filler": FILLER}
            producer.publish(body, routing_key=QUEUE, declare=[Queue(QUEUE)])


def consume(folder: str, taken: "multiprocessing.Queue[list[str]]") -> None:
    """Takes until the queue is empty and a file says that all publishers are done."""
    mine = []
    with connect(folder) as connection, connection.channel() as channel:
        queue = Queue(QUEUE)(channel)
        queue.declare()
        while True:
            finished = (Path(folder) / "finished").exists()
            message = queue.get(no_ack=True)
            if message is not None:
                assert message.payload["filler"] == FILLER
                mine.append(message.payload["id"])
            elif finished:
                break
    taken.put(mine)


def test_nothing_is_lost_doubled_or_torn_between_many_processes(tmp_path):
    folder = str(tmp_path)
    context = multiprocessing.get_context("spawn")
    taken = context.Queue()
    publishers = [context.Process(target=publish, args=(folder, n)) for n in range(PROCESSES)]
    consumers = [context.Process(target=consume, args=(folder, taken)) for _ in range(PROCESSES)]
    for process in publishers + consumers:
        process.start()
    for process in publishers:
        process.join(timeout=60)
        assert process.exitcode == 0
    (tmp_path / "finished").touch()
    ids = [message_id for _ in consumers for message_id in taken.get(timeout=60)]
    for process in consumers:
        process.join(timeout=60)
        assert process.exitcode == 0
    assert len(ids) == PROCESSES * EACH
    assert Counter(ids) == Counter(f"{p}-{n}" for p in range(PROCESSES) for n in range(EACH))
    assert os.listdir(tmp_path / QUEUE) == []


@pytest.fixture
def channel(tmp_path):
    with connect(str(tmp_path)) as connection, connection.channel() as channel:
        Queue(QUEUE)(channel).declare()
        yield channel


def test_messages_come_in_the_order_in_which_they_were_published(tmp_path, channel):
    publish(str(tmp_path), 1, count=20)
    queue = Queue(QUEUE)(channel)
    assert [queue.get(no_ack=True).payload["id"] for _ in range(20)] == [f"1-{n}" for n in range(20)]
    assert queue.get() is None


def test_a_half_written_draft_is_no_message(tmp_path, channel):
    (tmp_path / QUEUE / "x.draft").write_text('{"half":')
    assert channel._size(QUEUE) == 0
    with pytest.raises(Empty):
        channel._get(QUEUE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"body": "W1',
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"body": "", "properties": {"delivery_tag": "1"}}',
        b'{"body": "W", "properties": {"delivery_tag": "1", "body_encoding": "base64", "delivery_info": {}}}',
    ],
)
def test_a_damaged_message_is_dropped_and_logged_and_the_next_one_taken(tmp_path, channel, caplog, content):
    damaged = tmp_path / QUEUE / "0.message"
    damaged.write_bytes(content)
    publish(str(tmp_path), 1, count=1)
    assert Queue(QUEUE)(channel).get(no_ack=True).payload["id"] == "1-0"
    assert os.listdir(tmp_path / QUEUE) == []
    assert "0.message" in caplog.text


def test_what_killed_processes_left_is_cleared_and_messages_stay(tmp_path, channel):
    publish(str(tmp_path), 1, count=1)
    for name in ("x.draft", "1.claimed-0123"):
        (tmp_path / QUEUE / name).touch()
    clear_leftovers(tmp_path)
    assert [Path(name).suffix for name in os.listdir(tmp_path / QUEUE)] == [".message"]


def test_a_message_that_another_took_first_is_passed_over(tmp_path, channel, monkeypatch):
    publish(str(tmp_path), 1, count=2)
    first = sorted((tmp_path / QUEUE).glob("*.message"))[0]
    listed = list(channel._messages(QUEUE))
    monkeypatch.setattr(channel, "_messages", lambda queue: iter(listed))
    first.unlink()
    assert Queue(QUEUE)(channel).get(no_ack=True).payload["id"] == "1-1"


def test_queues_are_apart_and_strange_names_stay_inside_the_folder(tmp_path, channel):
    publish(str(tmp_path), 1, count=3)
    Queue("../../other")(channel).declare()
    assert channel._size("../../other") == 0
    assert {path.name for path in tmp_path.iterdir()} == {QUEUE, "..%2F..%2Fother"}


def test_purging_counts_what_it_took_away(tmp_path, channel):
    publish(str(tmp_path), 1, count=3)
    assert Queue(QUEUE)(channel).purge() == 3
    assert channel._size(QUEUE) == 0


def test_a_rejected_message_comes_back(tmp_path, channel):
    publish(str(tmp_path), 1, count=1)
    queue = Queue(QUEUE)(channel)
    queue.get(no_ack=False).requeue()
    assert queue.get(no_ack=True).payload["id"] == "1-0"
