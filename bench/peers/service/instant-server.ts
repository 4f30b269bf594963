// Answers every request at once, once its body is there. The argument is the port.
import { createServer } from 'node:http';

const ANSWER = '{}';
const HEAD = { 'content-type': 'application/json', 'content-length': String(ANSWER.length) };

createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200, HEAD).end(ANSWER));
}).listen(Number(process.argv[2]), '127.0.0.1');
