import { Command } from 'commander';
import { testAlerts } from '../../app/index.ts';
import { ConditionError } from '../../core/index.ts';
import { addSettingsOptions, type SettingsOptions, settingsFrom } from '../options.ts';
import { print, printJson, table } from '../show/output.ts';

const EXAMPLES = `
Examples:
  ml4t alerts test
  ml4t alerts test --config /etc/ml4t.yaml --json

In ml4t.yaml, for a channel of Slack and a program of your own:
  alerts:
    webhooks:
      - {url: env:SLACK_URL, kind: slack}
      - {url: https://ops.example.com/ml4t, secret: file:/etc/ml4t/whsec, events: [halted, rolled_back]}

docs/alerts.md has the events, the bodies, and a receiver that checks the signature.`;

interface TestOptions extends SettingsOptions {
  readonly json?: boolean;
}

/** `ml4t alerts`: whom a service tells what happens to it. */
export function alertsCommand(): Command {
  const alerts = new Command('alerts')
    .description('Whom a service tells that its model changed, decayed or was rolled back, that a feed is silent, …')
    .addHelpText('after', EXAMPLES);
  const test = alerts
    .command('test')
    .description(
      'Send one event, test, to every webhook of the settings, and say what came back. Exit code 1 when one failed.',
    )
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES);
  addSettingsOptions(test).action(sendTest);
  return alerts;
}

async function sendTest({ json, ...settings }: TestOptions): Promise<void> {
  const config = await settingsFrom(settings);
  if (config.alerts.webhooks.length === 0) {
    throw new ConditionError('alerts.webhooks', 'at least one webhook: nobody would be told (ml4t alerts --help)', []);
  }
  const tested = await testAlerts(config);
  const ok = tested.every((each) => each.ok);
  if (json === true) printJson({ ok, webhooks: tested });
  else {
    const rows = tested.map(({ ok: isTaken, setting, origin, kind, status, fault, answer, ms }) => [
      isTaken ? 'ok' : 'FAILED',
      setting,
      origin,
      kind,
      fault ?? `it answered ${status}`,
      answer,
      String(ms),
    ]);
    print(...table(['', 'setting', 'webhook', 'kind', 'what came back', 'its words', 'ms'], rows));
  }
  if (!ok) process.exitCode = 1;
}
