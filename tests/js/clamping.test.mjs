import assert from 'node:assert/strict'
import test from 'node:test'
import { countOf, labelsFor, summary } from '../../js/lib/clamping.mjs'

const COUNT = { tokens: 52, given: 52, limit: 77, at_most: false, korean: false, parts: [['a cup', '', 'kept']], dropped: 0, more: 0 }

const LINES = [
  [{}, 'en', '52 / 77 CLIP · T5 whole'],
  [{ dropped: 1 }, 'en-US', '52 / 77 CLIP · 1 phrase dropped · T5 whole'],
  [{ dropped: 3, at_most: true }, undefined, 'up to 52 / 77 CLIP · 3 phrases dropped · T5 whole'],
  [{ korean: true }, 'en', '52 / 77 CLIP · T5 whole · CLIP reads English only.'],
  [{ dropped: 3, at_most: true }, 'ko', '최대 52 / 77 CLIP · 구절 3개 빠짐 · T5는 전체'],
]
for (const [change, locale, line] of LINES) {
  test(line, () => assert.equal(summary({ ...COUNT, ...change }, labelsFor(locale)), line))
}

test('both languages say everything', () => {
  const [english, korean] = [labelsFor('en'), labelsFor('ko-KR')]
  assert.deepEqual(Object.keys(korean), Object.keys(english))
  assert.notEqual(korean.hint, english.hint)
})

test('what is not a count is not taken for one', () => {
  assert.equal(countOf(COUNT), COUNT)
  for (const odd of [null, {}, [], 'x', { ...COUNT, parts: 3 }, { ...COUNT, parts: ['a'] }, { ...COUNT, tokens: '5' }]) {
    assert.equal(countOf(odd), null)
  }
})
