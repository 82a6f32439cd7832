import assert from 'node:assert/strict'
import test from 'node:test'
import { History } from '../../js/lib/history.mjs'

const clock = () => {
  const history = new History(3, () => history.time)
  history.time = 0
  return history
}

test('undo and redo go back and forth', () => {
  const history = clock()
  history.add('a', 'b')
  history.add('b', 'c')
  assert.deepEqual([history.undo(), history.undo(), history.undo()], ['b', 'a', null])
  assert.deepEqual([history.redo(), history.redo(), history.redo()], ['b', 'c', null])
})

test('a new step forgets what was undone', () => {
  const history = clock()
  history.add('a', 'b')
  history.undo()
  history.add('a', 'x')
  assert.equal(history.canRedo, false)
  assert.equal(history.undo(), 'a')
})

test('steps with one tag that follow quickly are one', () => {
  const history = clock()
  history.add(1, 2, 'nudge')
  history.time = 500
  history.add(2, 3, 'nudge')
  history.time = 5000
  history.add(3, 4, 'nudge')
  assert.deepEqual([history.undo(), history.undo(), history.undo()], [3, 1, null])
})

test('steps without a tag stay apart', () => {
  const history = clock()
  history.add(1, 2)
  history.add(2, 3)
  assert.equal(history.undo(), 2)
})

test('a step that changes nothing is none', () => {
  const history = clock()
  history.add({ x: 1 }, { x: 1 })
  assert.equal(history.canUndo, false)
})

test('the oldest steps go first', () => {
  const history = clock()
  for (const step of [1, 2, 3, 4]) history.add(step, step + 1)
  assert.deepEqual([history.undo(), history.undo(), history.undo(), history.undo()], [4, 3, 2, null])
})

test('what was redone does not merge with what follows', () => {
  const history = clock()
  history.add(1, 2, 'nudge')
  history.undo()
  history.redo()
  history.add(2, 3, 'nudge')
  assert.equal(history.undo(), 2)
})
