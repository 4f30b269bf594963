"""Tables of decisions that are fetched on an event loop. Skipped where h11 or pyarrow is not installed."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import unittest
from unittest.mock import patch

from ml4t_client import ClientError, NoAnswerError, RefusedError
from ml4t_client.decisions import export_call
from scripted_service import Reply, ScriptedService, Sent, problem
from test_client import free_port
from test_decisions import HAS_PYARROW, N, exported

try:
    from ml4t_client import AsyncClient
except ModuleNotFoundError as fault:
    raise unittest.SkipTest(str(fault)) from None


@unittest.skipUnless(HAS_PYARROW, "pyarrow is not installed")
class Decisions(unittest.IsolatedAsyncioTestCase):
    async def test_are_those_of_the_client_that_waits_and_asked_for_alike(self) -> None:
        with ScriptedService(lambda _: Reply(body=exported())) as service:
            async with AsyncClient(service.url, token="secret") as client:
                reader = await client.read_decisions(columns=["answer", "timestamp"], after_seq=N - 2)
        self.assertEqual(reader.schema.names, ["answer", "timestamp"])
        self.assertEqual(reader.read_all().column("answer").to_pylist(), [f"answer {N - 1}", f"answer {N}"])
        self.assertEqual(service.sent[0].path, export_call(N - 2).path)
        self.assertEqual(service.sent[0].headers["authorization"], "Bearer secret")

    async def test_let_others_run_while_they_come(self) -> None:
        released = threading.Event()

        def respond(sent: Sent) -> Reply:
            if "export" in sent.path:
                released.wait(5)
                return Reply(body=exported())
            return Reply(body={"path": sent.path})

        with ScriptedService(respond) as service:
            async with AsyncClient(service.url) as client:
                table = asyncio.create_task(client.read_decisions())
                self.assertEqual(await client.status(), {"path": "/v1/status"})
                self.assertFalse(table.done())
                released.set()
                self.assertEqual((await table).read_all().num_rows, N)

    async def test_of_a_busy_service_are_asked_for_again_and_of_another_not(self) -> None:
        replies = [problem(429, "OVERLOADED"), Reply(drop=True), Reply(body=exported(3))]
        with ScriptedService(lambda _: replies.pop(0)) as service:
            self.assertEqual((await AsyncClient(service.url).read_decisions()).read_all().num_rows, 3)
        with (
            ScriptedService(lambda _: problem(500, "INTERNAL")) as service,
            self.assertRaisesRegex(RefusedError, "INTERNAL"),
        ):
            await AsyncClient(service.url).read_decisions()
        self.assertEqual(len(service.sent), 1)
        with self.assertRaisesRegex(NoAnswerError, "start the service"):
            await AsyncClient(f"http://127.0.0.1:{free_port()}").read_decisions(timeout=0.1)

    async def test_that_break_off_or_stop_are_no_table(self) -> None:
        whole = exported()
        length = {"content-length": str(len(whole))}
        cut = Reply(body=whole[:-100], headers={**length, "connection": "close"})
        with (
            ScriptedService(lambda _: cut) as service,
            self.assertRaisesRegex(NoAnswerError, "broke off before its end"),
        ):
            await AsyncClient(service.url).read_decisions()
        with ScriptedService(lambda _: Reply(body=whole[:-100], headers=length)) as service:
            began = time.monotonic()
            with self.assertRaisesRegex(NoAnswerError, "not a byte of the answer came"):
                await AsyncClient(service.url).read_decisions(timeout=0.3)
            self.assertLess(time.monotonic() - began, 4)
        with (
            ScriptedService(lambda _: Reply(body=whole[:-100])) as service,
            self.assertRaisesRegex(ClientError, "no whole Parquet file"),
        ):
            await AsyncClient(service.url).read_decisions()

    async def test_whose_column_is_not_there_say_which_are(self) -> None:
        with (
            ScriptedService(lambda _: Reply(body=exported(3))) as service,
            self.assertRaisesRegex(ClientError, "no column 'momentum' is among the decisions; there are seq, "),
        ):
            await AsyncClient(service.url).read_decisions(columns=["momentum"])

    async def test_that_are_cancelled_end(self) -> None:
        released = threading.Event()

        def respond(_: Sent) -> Reply:
            released.wait(5)
            return Reply()

        with ScriptedService(respond) as service:
            table = asyncio.create_task(AsyncClient(service.url).read_decisions())
            while not service.sent:
                await asyncio.sleep(0.01)
            table.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await table
            released.set()


class WithoutPyarrow(unittest.IsolatedAsyncioTestCase):
    async def test_it_says_what_to_install_before_it_fetches_anything(self) -> None:
        said = r"pip install 'ml4t-orchestrator-client\[arrow\]'"
        with (
            patch.dict(sys.modules, {"pyarrow": None, "pyarrow.parquet": None}),
            self.assertRaisesRegex(ModuleNotFoundError, said),
        ):
            await AsyncClient("http://127.0.0.1:1").read_decisions()


if __name__ == "__main__":
    unittest.main()
