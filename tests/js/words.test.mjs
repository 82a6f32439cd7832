import assert from 'node:assert/strict'
import test from 'node:test'
import { wordsOf } from '../../js/lib/words.mjs'

test('copy and hashtags are joined by an empty line', () => {
  assert.equal(wordsOf({ text: ['오늘 한 잔 ', '#카페 #연남동'] }), '오늘 한 잔\n\n#카페 #연남동')
})

test('empty parts leave no gap', () => {
  assert.equal(wordsOf({ text: ['', '  ', '#카페'] }), '#카페')
})

for (const output of [undefined, null, {}, { text: 'one string' }, { text: [1, null, {}] }, { images: [] }, 7]) {
  test(`an output without words gives none: ${JSON.stringify(output)}`, () => {
    assert.equal(wordsOf(output), '')
  })
}
