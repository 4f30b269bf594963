import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

// A receiver that may be killed: it writes down what came, and only then answers.
const [port, path] = process.argv.slice(2);

createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    appendFileSync(path, `${JSON.stringify({ headers: request.headers, body })}\n`);
    setTimeout(() => response.writeHead(204).end(), 5); // a kill may come in between
  });
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
