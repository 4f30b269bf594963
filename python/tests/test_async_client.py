"""The asynchronous client against a service that fails in every way. Skipped where h11 is not installed."""

from __future__ import annotations

import asyncio
import threading
import unittest

from ml4t_client import ClientError, NoAnswerError, RefusedError
from ml4t_client.types import Signal
from scripted_service import Reply, ScriptedService, Sent, problem
from test_client import free_port

try:
    from ml4t_client import AsyncClient
except ModuleNotFoundError as fault:
    raise unittest.SkipTest(str(fault)) from None

SIGNAL: Signal = {"instrument_id": "BTCUSDT.BINANCE", "signal": 1, "timestamp": 1_700_000_000_123_456_789}


class Sending(unittest.IsolatedAsyncioTestCase):
    async def test_a_signal_goes_as_it_is_with_token_and_type(self) -> None:
        with ScriptedService(lambda _: Reply(body={"take": True})) as service:
            async with AsyncClient(service.url, token="secret") as client:
                self.assertEqual(await client.signal(SIGNAL, durable=True), {"take": True})
        sent = service.sent[0]
        self.assertEqual((sent.method, sent.path, sent.json()), ("POST", "/v1/signals?durable=true", SIGNAL))
        self.assertEqual(sent.headers["authorization"], "Bearer secret")
        self.assertEqual(sent.headers["content-type"], "application/json")
        self.assertEqual(sent.headers["host"], service.url.removeprefix("http://"))

    async def test_a_large_batch_is_answered_in_its_places(self) -> None:
        def respond(sent: Sent) -> Reply:
            return Reply(body=sent.body.replace(b"\n", b"\r\n"))

        signals: list[Signal] = [{**SIGNAL, "signal_id": f"{i}-{'x' * 200}"} for i in range(2000)]
        with ScriptedService(respond) as service:
            async with AsyncClient(service.url) as client:
                self.assertEqual(await client.signals(signals), signals)

    async def test_a_connection_is_kept_and_calls_share_them(self) -> None:
        with ScriptedService(lambda _: Reply()) as service:
            async with AsyncClient(service.url, max_connections=3) as client:
                for _ in range(5):
                    await client.status()
                self.assertEqual(service.n_connections, 1)
                await asyncio.gather(*(client.status() for _ in range(30)))
                self.assertLessEqual(service.n_connections, 3)
        self.assertEqual(len(service.sent), 35)


class Retrying(unittest.IsolatedAsyncioTestCase):
    async def test_a_busy_service_is_asked_again_with_the_same_signal(self) -> None:
        replies = [
            problem(503, "JOURNAL_BUSY"),
            Reply(drop=True),
            problem(429, "OVERLOADED"),
            Reply(body={"take": False}),
        ]
        with ScriptedService(lambda _: replies.pop(0)) as service:
            async with AsyncClient(service.url) as client:
                self.assertEqual(await client.signal(SIGNAL), {"take": False})
        self.assertEqual((len(service.sent), len({sent.body for sent in service.sent})), (4, 1))

    async def test_a_kept_connection_that_has_ended_is_replaced_at_once(self) -> None:
        with ScriptedService(lambda _: Reply(headers={"connection": "close"})) as service:
            async with AsyncClient(service.url) as client:
                await client.status()
                await client.status()
        self.assertEqual(service.n_connections, 2)

    async def test_a_service_that_is_not_there_says_how_to_start_it(self) -> None:
        client = AsyncClient(f"http://127.0.0.1:{free_port()}", timeout=0.1)
        with self.assertRaisesRegex(NoAnswerError, "start the service"):
            await client.status()

    async def test_a_service_that_never_answers_ends_in_time_also_for_those_that_wait_for_their_turn(self) -> None:
        released = threading.Event()

        def respond(_: Sent) -> Reply:
            released.wait(5)
            return Reply()

        with ScriptedService(respond) as service:
            client = AsyncClient(service.url, timeout=0.2, max_connections=1)
            ended = await asyncio.gather(client.status(), client.status(), return_exceptions=True)
            released.set()
        self.assertEqual([type(error) for error in ended], [NoAnswerError] * 2)

    async def test_a_refusal_for_good_is_not_tried_again(self) -> None:
        with (
            ScriptedService(lambda _: problem(409, "ID_CONFLICT")) as service,
            self.assertRaises(RefusedError) as refused,
        ):
            await AsyncClient(service.url).signal(SIGNAL)
        self.assertEqual((refused.exception.code, len(service.sent)), ("ID_CONFLICT", 1))

    async def test_what_could_undo_something_is_sent_once(self) -> None:
        with ScriptedService(lambda _: Reply(drop=True)) as service:
            async with AsyncClient(service.url) as client:
                with self.assertRaises(ClientError) as raised:
                    await client.resume()
        self.assertEqual(len(service.sent), 1)
        self.assertIn("look before you ask again", str(raised.exception))

    async def test_a_call_that_is_cancelled_takes_its_connection_with_it(self) -> None:
        released = threading.Event()

        def respond(sent: Sent) -> Reply:
            if sent.path == "/v1/trust":
                released.wait(5)
            return Reply(body={"path": sent.path})

        with ScriptedService(respond) as service:
            async with AsyncClient(service.url, max_connections=1) as client:
                slow = asyncio.create_task(client.trust())
                while not service.sent:
                    await asyncio.sleep(0.01)
                slow.cancel()
                self.assertEqual(await client.status(), {"path": "/v1/status"})
                released.set()

    async def test_what_cannot_be_is_refused_before_any_call(self) -> None:
        self.assertRaises(ValueError, AsyncClient, "ftp://x")
        self.assertRaises(ValueError, AsyncClient, timeout=0)
        self.assertRaises(ValueError, AsyncClient, max_connections=0)


if __name__ == "__main__":
    unittest.main()
