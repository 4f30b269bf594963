import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

const FORMATS = {
  good: ['bold', 'green'],
  warning: ['bold', 'yellow'],
  bad: ['bold', 'red'],
  title: ['bold'],
} satisfies Record<string, Format>;

/** Text that says at a glance how good or bad it is: on a terminal, and never with `NO_COLOR`; elsewhere it stays as it is. */
export function tone(text: string, kind: keyof typeof FORMATS, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(FORMATS[kind], text, { stream });
}
