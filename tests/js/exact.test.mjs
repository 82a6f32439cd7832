import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { Exact } from '../../js/placer/exact.mjs'

const REPLY = { image: 'data:', background: { key: 'b1' }, overlay: { key: 'o1' } }

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
afterEach(() => mock.timers.reset())

/** Let time pass, one millisecond after the other, with all that follows from each. */
async function passes(ms) {
  for (let at = 0; at <= ms; at += 1) {
    for (let turn = 0; turn < 30; turn += 1) await null
    if (at < ms) mock.timers.tick(1)
  }
}

/** A server that answers each question with the next of its answers, and notes what it was asked. */
function server(...answers) {
  const heard = { bodies: [], replies: [], troubles: [], lost: 0, aborted: 0 }
  const api = {
    fetchApi: async (path, { body, signal }) => {
      heard.bodies.push({ path, ...JSON.parse(body) })
      const { status = 200, data = REPLY, afterMs = 0, fails } = answers.shift() ?? {}
      if (afterMs) await new Promise((resolve) => setTimeout(resolve, afterMs))
      if (signal.aborted) heard.aborted += 1
      if (fails) throw new Error('away')
      return { status, json: async () => data }
    },
  }
  const exact = new Exact(api, 'me', {
    onReply: (reply, asked) => heard.replies.push(JSON.parse(asked)),
    onTrouble: (trouble) => heard.troubles.push(trouble),
    onLost: () => (heard.lost += 1),
  })
  return { exact, heard }
}

test('a question is asked once, after the pause, with what is already there', async () => {
  const { exact, heard } = server()
  exact.ask({ x: 1 }, 5)
  await passes(4)
  assert.deepEqual(heard.bodies, [])
  exact.ask({ x: 1 }, 5)
  await passes(1)
  exact.ask({ x: 2 }, 1)
  await passes(1)
  assert.deepEqual(heard.bodies, [
    { path: '/fit_ad/place', editor: 'me', turn: 1, x: 1, have: { background: null, overlay: null } },
    { path: '/fit_ad/place', editor: 'me', turn: 2, x: 2, have: { background: 'b1', overlay: 'o1' } },
  ])
  assert.deepEqual(heard.replies, [{ x: 1 }, { x: 2 }])
})

test('of many changes only the last is asked, a pause after it', async () => {
  const { exact, heard } = server()
  for (const x of [1, 2, 3]) {
    exact.ask({ x }, 20)
    await passes(19)
  }
  assert.deepEqual(heard.bodies, [])
  await passes(1)
  assert.deepEqual(heard.bodies.map(({ x }) => x), [3])
})

test('a reply that a newer question overtook is dropped', async () => {
  const { exact, heard } = server({ afterMs: 200 }, {})
  exact.ask({ x: 1 }, 1)
  await passes(60)
  exact.ask({ x: 2 }, 1)
  await passes(300)
  assert.deepEqual(heard.replies, [{ x: 2 }])
  assert.equal(heard.aborted, 1)
})

test('what the server says is wrong is shown in its words', async () => {
  const { exact, heard } = server({ status: 400, data: { error: { what: 'x is not a number', why: '', fix: 'Give it one' } } })
  exact.ask({}, 1)
  await passes(1)
  assert.deepEqual(heard.troubles, [{ what: 'x is not a number', fix: 'Give it one' }])
})

test('a run that is no longer kept is said, an overtaken turn is not', async () => {
  const { exact, heard } = server({ status: 409 }, { status: 410 })
  exact.ask({ x: 1 }, 1)
  await passes(1)
  exact.ask({ x: 2 }, 1)
  await passes(1)
  assert.deepEqual([heard.lost, heard.replies, heard.troubles], [1, [], []])
})

for (const answer of [{ fails: true }, { status: 502, data: null }, { status: 404, data: 'no' }]) {
  test(`a server that fails never throws: ${JSON.stringify(answer)}`, async () => {
    const { exact, heard } = server(answer)
    exact.ask({}, 1)
    await passes(1)
    assert.equal(heard.troubles.length, 1)
    assert.equal(heard.troubles[0].what, '')
  })
}

test('after a stop the same question is asked anew', async () => {
  const { exact, heard } = server()
  assert.equal(exact.ask({ x: 1 }, 5), true)
  assert.equal(exact.ask({ x: 1 }, 5), false)
  exact.stop()
  assert.equal(exact.ask({ x: 1 }, 1), true)
  await passes(1)
  assert.deepEqual(heard.replies, [{ x: 1 }])
})

test('after a stop nothing is asked', async () => {
  const { exact, heard } = server()
  exact.ask({}, 5)
  exact.stop()
  await passes(60)
  assert.deepEqual(heard.bodies, [])
})
