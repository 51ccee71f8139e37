// Clients of four protocols and transports edit one document; prints one JSON line of what they saw.
// usage: node party.mjs <json>  { url, id, owner, writer, reader, readerId }: an http URL, a document, tokens, a person
import process from 'node:process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(join(process.env.CLIENTS, 'package.json'))
const load = path => import(pathToFileURL(join(process.env.CLIENTS, 'node_modules', path)))
const WebSocket = require('ws')
const Y = await load('yjs/dist/yjs.mjs')
const { WebsocketProvider } = await load('y-websocket/src/y-websocket.js')
const { SocketIOProvider } = await load('y-socket.io/dist/index.mjs')
const { HocuspocusProvider } = await load('@hocuspocus/provider/dist/hocuspocus-provider.esm.js')
const asked = JSON.parse(process.argv[2])
const DEADLINE = 60000

const ws = asked.url.replace('http:', 'ws:')
const people = {}

function add (name, doc, provider, more) {
  people[name] = { doc, provider, text: doc.getText('text'), awareness: provider.awareness, ...more }
  provider.awareness.setLocalStateField('user', { name })
  return people[name]
}

function bySocketIo (name, token, options) {
  const doc = new Y.Doc()
  const seen = { saved: 0, denied: [], closed: [], errors: [] }
  const provider = new SocketIOProvider(asked.url, asked.id, doc, { disableBc: true, auth: { token, saved: true } }, { reconnectionDelay: 100, reconnectionDelayMax: 500, ...options })
  provider.socket.on('saved', count => { seen.saved = count })
  provider.socket.on('denied', reason => seen.denied.push(reason))
  provider.socket.on('closed', why => seen.closed.push(why))
  provider.on('connection-error', error => seen.errors.push(error.message))
  return add(name, doc, provider, { seen })
}

/** The token is the first message. */
class Telling extends WebSocket {
  constructor (address, protocols) {
    super(address, protocols)
    const token = new TextEncoder().encode(asked.writer)
    this.once('open', () => this.send(Uint8Array.from([2, 0, ...varint(token.length), ...token])))
  }
}

function varint (number) {
  return number < 128 ? [number] : [number % 128 + 128, ...varint(Math.floor(number / 128))]
}

function byWebsocket (name) {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(ws + '/doc', asked.id, doc, { WebSocketPolyfill: Telling, disableBc: true, params: { auth: 'message' } })
  const seen = { scope: '' }
  const denied = provider.messageHandlers[2]
  provider.messageHandlers[2] = (encoder, decoder, ...rest) => {
    if (decoder.arr[decoder.pos] !== 2) return denied(encoder, decoder, ...rest)
    seen.scope = new TextDecoder().decode(decoder.arr.slice(decoder.pos + 2))
    decoder.pos = decoder.arr.length
  }
  return add(name, doc, provider, { seen })
}

function byHocuspocus (name, token) {
  const doc = new Y.Doc()
  const seen = { scope: '', failed: [] }
  const provider = new HocuspocusProvider({
    url: `${ws}/doc/${asked.id}?protocol=hocuspocus`,
    name: asked.id,
    document: doc,
    token,
    WebSocketPolyfill: WebSocket,
    delay: 100,
    minDelay: 100,
    maxDelay: 500,
    onAuthenticated: ({ scope }) => { seen.scope = scope },
    onAuthenticationFailed: ({ reason }) => seen.failed.push(reason)
  })
  return add(name, doc, provider, { seen })
}

async function until (what, test) {
  const end = Date.now() + DEADLINE
  while (!test()) {
    if (Date.now() > end) {
      const state = Object.entries(people).map(([name, it]) => `${name}: ${it.text.length} of text, ${it.awareness.getStates().size} people, ${JSON.stringify(it.seen)}`)
      throw new Error(`not in time: ${what}\n${state.join('\n')}`)
    }
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

async function call (method, body) {
  const answer = await fetch(`${asked.url}/api/v1/DocumentService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${asked.owner}` },
    body: JSON.stringify({ id: asked.id, ...body })
  })
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`)
}

const same = names => names.every(name => people[name].text.toString() === people[names[0]].text.toString())
const writers = ['websocket', 'socketio', 'polling', 'upgrading', 'hocuspocus']

byWebsocket('websocket')
bySocketIo('socketio', asked.writer)
bySocketIo('polling', asked.writer, { transports: ['polling'] })
bySocketIo('upgrading', asked.writer, { transports: ['polling', 'websocket'] })
byHocuspocus('hocuspocus', asked.writer)
const { websocket, socketio, polling, upgrading, hocuspocus } = people
await until('everybody is there', () => writers.every(name => people[name].provider.synced))
await until('one has changed its transport', () => upgrading.provider.socket.io.engine.transport.name === 'websocket')
await until('everybody sees everybody', () => writers.every(name => people[name].awareness.getStates().size === 5))

// Bursts without pause: events must not overtake each other.
for (let n = 0; n < 300; n++) {
  const { text } = people[writers[n % writers.length]]
  text.insert(n % (text.length + 1), String.fromCharCode(97 + n % 26))
  if (n % 7 === 0 && text.length > 3) text.delete(1, 1)
  if (n % 10 === 0) await new Promise(resolve => setImmediate(resolve))
}
for (let n = 0; n < 200; n++) socketio.text.insert(socketio.text.length, '.')
await until('edits converge', () => same(writers) && websocket.text.length > 400)
await until('updates are on disk', () => socketio.seen.saved > 200 && !hocuspocus.provider.hasUnsyncedChanges)
if (websocket.seen.scope !== 'read-write' || hocuspocus.seen.scope !== 'read-write') throw new Error('scope')

// Lines are cut; both sides go on.
socketio.provider.socket.io.engine.close()
polling.provider.socket.io.engine.close()
hocuspocus.provider.configuration.websocketProvider.webSocket.close()
await until('they are cut', () => !socketio.provider.socket.connected && !polling.provider.socket.connected)
socketio.text.insert(0, '[offline websocket]')
polling.text.insert(0, '[offline polling]')
hocuspocus.text.insert(0, '[offline hocuspocus]')
websocket.text.insert(0, '[online]')
await until('everybody is back and has everything', () => same(writers) && ['[offline websocket]', '[offline polling]', '[offline hocuspocus]', '[online]'].every(part => websocket.text.toString().includes(part)))
await until('everybody sees everybody again', () => writers.every(name => people[name].awareness.getStates().size === 5))

// Readers see everything and change nothing.
bySocketIo('reader', asked.reader)
byHocuspocus('hocuspocus reader', asked.reader)
const reader = people.reader
const other = people['hocuspocus reader']
await until('readers have the text', () => reader.text.length === websocket.text.length && other.text.length === websocket.text.length)
await until('a reader has nothing that is not on disk', () => other.seen.scope === 'readonly' && !other.provider.hasUnsyncedChanges)
if (reader.seen.denied.length > 0) throw new Error(`a reader that wrote nothing: ${reader.seen.denied}`)
reader.text.insert(0, 'not mine')
other.text.insert(0, 'nor mine')
await until('a reader is told', () => reader.seen.denied.length === 1 && other.provider.hasUnsyncedChanges)
reader.provider.destroy()
other.provider.destroy()
await until('they are gone', () => websocket.awareness.getStates().size === 5)
if (websocket.text.toString().includes('mine')) throw new Error('a reader wrote')

// A member that may do more comes back with it; one that may do nothing any more stays away.
const later = bySocketIo('later', asked.reader)
const last = byHocuspocus('last', asked.reader)
await until('there', () => later.provider.synced && last.provider.synced)
await call('AddMember', { user: asked.readerId, role: 'MEMBER_ROLE_WRITER' })
await until('back as writers', () => last.seen.scope === 'read-write' && last.provider.synced && later.provider.socket.connected)
later.text.insert(0, '[now socket.io writes]')
last.text.insert(0, '[now hocuspocus writes]')
await until('they write', () => websocket.text.toString().includes('[now socket.io writes]') && websocket.text.toString().includes('[now hocuspocus writes]'))
await call('AddMember', { user: asked.readerId, role: 'MEMBER_ROLE_NONE' })
await until('refused', () => later.seen.errors.some(error => error.includes('no such document')) && last.seen.failed.length > 0)
last.provider.destroy()
later.provider.destroy()
const stranger = bySocketIo('stranger', 'no.such.token')
await until('a stranger is told why', () => stranger.seen.errors.length > 0)

await until('the end', () => same(writers))
console.log(JSON.stringify({ text: websocket.text.toString(), saved: socketio.seen.saved, told: stranger.seen.errors[0] }))
process.exit(0)
