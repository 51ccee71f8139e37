// Three acts with the real y-websocket client against a running server; prints one JSON line of what it saw.
// usage: node story.mjs <ws url of /doc> <document id> <token>
import process from 'node:process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(join(process.env.CLIENTS, 'package.json'))
const WebSocket = require('ws')
const Y = await import(pathToFileURL(join(process.env.CLIENTS, 'node_modules/yjs/dist/yjs.mjs')))
const { WebsocketProvider } = await import(pathToFileURL(join(process.env.CLIENTS, 'node_modules/y-websocket/src/y-websocket.js')))
const [url, id, token] = process.argv.slice(2)
const DEADLINE = 20000

class Socket extends WebSocket {
  constructor (address, protocols) { super(address, protocols, { headers: { authorization: `Bearer ${token}` } }) }
}

function person (name, saved) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(url, id, doc, { WebSocketPolyfill: Socket, disableBc: true, params: saved ? { saved: '1' } : {} })
  const it = { doc, provider, text: doc.getText('text'), saved: 0 }
  if (saved) provider.messageHandlers[100] = (_encoder, decoder) => { it.saved = decoder.arr[decoder.pos]; decoder.pos = decoder.arr.length }
  provider.awareness.setLocalStateField('user', { name })
  return it
}

async function until (what, test) {
  const end = Date.now() + DEADLINE
  while (!test()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}; ${a.text.length} ${b.text.length} saved ${a.saved}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

const a = person('ada', true)
const b = person('bob', false)
await until('both are synced', () => a.provider.synced && b.provider.synced)
for (let n = 0; n < 200; n++) {
  const who = n % 2 ? a : b
  who.text.insert(n % (who.text.length + 1), String.fromCharCode(97 + n % 26))
  if (n % 5 === 0) await new Promise(resolve => setImmediate(resolve))
  if (n % 7 === 0 && who.text.length > 3) who.text.delete(1, 1)
}
a.text.insert(0, '😀ä')
await until('two clients converge', () => a.text.toString() === b.text.toString() && a.text.length > 100)
await until('updates are saved', () => a.saved > 50)

const c = person('cay', false)
await until('a late joiner sees the others', () => c.provider.awareness.getStates().size === 3)
await until('a late joiner has the text', () => c.text.toString() === a.text.toString())
await until('the others see the late joiner', () => a.provider.awareness.getStates().size === 3)

b.provider.disconnect()
await until('a leaver is gone', () => a.provider.awareness.getStates().size === 2)
b.text.insert(0, '[offline b]')
a.text.insert(0, '[online a]')
b.provider.connect()
await until('offline edits merge', () => [a, b, c].every(it => it.text.toString() === a.text.toString() && it.text.toString().includes('[offline b]') && it.text.toString().includes('[online a]')))

const times = []
for (let n = 0; n < 200; n++) {
  const before = performance.now()
  const length = b.text.length
  const seen = new Promise(resolve => b.text.observe(function f () { if (b.text.length > length) { b.text.unobserve(f); resolve() } }))
  a.text.insert(0, '.')
  await seen
  times.push(performance.now() - before)
}
times.sort((x, y) => x - y)
console.log(JSON.stringify({ text: a.text.toString(), saved: a.saved, p50: times[100], p99: times[198] }))
process.exit(0)
