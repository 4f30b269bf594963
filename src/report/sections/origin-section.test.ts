import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../../config/index.ts';
import { fileNames, originSection } from './origin-section.ts';

const origin = { files: ['bars/a.csv', 'b.csv'], version: '1.2.3', node: 'v24.0.0' };

test('no password gets into a report, wherever it stood', () => {
  const url = 'rediss://me:s3cr/et@x@host:6379/1';
  const command = ['train', 'a.csv', '--set', `redis.url=${url}`];
  const { text } = originSection({ ...origin, command }, OrchestratorConfig({ redis: { url } }), null);
  expect(text).not.toContain('s3cr');
  expect(text).not.toContain('et@x');
  expect(text.match(/rediss:\/\/me:\*\*\*@host:6379\/1/g)?.length).toBeGreaterThanOrEqual(2);
});

test('no receiver of alerts gets into a report, wherever it stood', () => {
  const alerts = { webhooks: [{ url: 'https://hooks.example.com/T0KEN', kind: 'slack' as const }] };
  const setting = `alerts.webhooks=${JSON.stringify(alerts.webhooks)}`;
  const command = ['train', 'a.csv', '--set', setting, `--set=${setting}\n`];
  const { text } = originSection({ ...origin, command }, OrchestratorConfig({ alerts }), null);
  expect(text).not.toMatch(/T0KEN|hooks\.example/);
  expect(text).toContain('alerts.webhooks=***');
});

test('the command that makes it again has every setting that is not a default, quoted for a shell', () => {
  const config = OrchestratorConfig({ labels: { ptMultiplier: 3 }, modelPath: "it's $HOME.onnx" });
  const command = ['train', 'my bars.csv', '--config', 'mine.yaml', '--set', 'labels.pt_multiplier=3'];
  const { text } = originSection({ ...origin, command }, config, null);
  const again = /<pre id="again"><bdi>([\s\S]*?)<\/bdi>/.exec(text)?.[1].replaceAll('&#39;', "'");
  expect(again).toBe(`ml4t train 'my bars.csv' --set labels.pt_multiplier=3 --set 'model_path=it'\\''s $HOME.onnx'`);
  expect(originSection({ ...origin, command: ['train'] }, OrchestratorConfig(), null).text).toContain(
    'Every setting had its default.',
  );
  expect(fileNames({ ...origin, command })).toBe('a.csv, b.csv');
});
