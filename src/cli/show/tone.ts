import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

const FORMATS = {
  good: ['bold', 'green'],
  warning: ['bold', 'yellow'],
  bad: ['bold', 'red'],
  title: ['bold'],
} satisfies Record<string, Format>;

/** Colours a text on a terminal, unless `NO_COLOR` is set; elsewhere the text stays as it is. */
export function tone(text: string, kind: keyof typeof FORMATS, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(FORMATS[kind], text, { stream });
}
