// Another make of saltpack, asked one question a line: {"seal": ..} or {"open": ..}, all bytes in hex; one answer a line.
import { createInterface } from 'node:readline';
import tweetnacl from 'tweetnacl';
import { designcrypt, signcrypt } from '@samuelthomas2774/saltpack';

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data) => Buffer.from(data).toString('hex');

async function answer({ seal, open }) {
  if (seal) {
    const sender = tweetnacl.sign.keyPair.fromSeed(bytes(seal.sender));
    return { message: hex(await signcrypt(Buffer.from(seal.plain, 'hex'), sender, seal.recipients.map(bytes))) };
  }
  const reader = tweetnacl.box.keyPair.fromSecretKey(bytes(open.reader));
  return { plain: hex(await designcrypt(Buffer.from(open.message, 'hex'), reader, bytes(open.sender))) };
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = { refused: String(error.message) };
  }
  console.log(JSON.stringify(said));
}
