import { expect, test } from 'vitest';
import { dataBlock, foreign, html, trusted } from './html.ts';

const HOSTILE = `<img src=x onerror="alert('1')">&\u202e`;

test('whatever is put in is text, at any depth, and markup stays markup', () => {
  const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\u202e';
  expect(html`<p title="${HOSTILE}">${[HOSTILE, [html`<b>${HOSTILE}</b>`]]}</p>`.text).toBe(
    `<p title="${escaped}">${escaped}<b>${escaped}</b></p>`,
  );
  expect(html`${1}${null}${trusted('<br>')}`.text).toBe('1<br>');
});

test('text of others keeps its direction to itself, and what is no text is shown as unknown', () => {
  expect(foreign('a\u0000\u001b\ud800b\n').text).toBe('<bdi>a\ufffd\ufffd\ufffdb\n</bdi>');
});

test('a data block cannot be ended by what is in it, and reads as it was', () => {
  const json = JSON.stringify({ a: '</script><script>alert(1)</script><!--', b: '\u2028' });
  const { text } = dataBlock('record', json);
  const inner = text.slice(text.indexOf('>') + 1, text.lastIndexOf('</script>'));
  expect(inner).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(inner)).toEqual(JSON.parse(json));
});
