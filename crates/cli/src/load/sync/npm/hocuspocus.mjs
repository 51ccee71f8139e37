// Hocuspocus as it comes; only its cut of silent connections is put off beyond the length of a run.
import { Server } from '@hocuspocus/server'

const server = new Server({ port: Number(process.env.PORT), address: '127.0.0.1', quiet: true, timeout: 600_000 })
await server.listen()
