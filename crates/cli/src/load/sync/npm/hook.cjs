// Beside each measured server: collects garbage on SIGUSR2, so that memory is compared and not laziness; ends with
// the command that started it.
process.on('SIGUSR2', () => { globalThis.gc(); globalThis.gc() })
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
