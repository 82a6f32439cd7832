import assert from 'node:assert/strict'
import test from 'node:test'
import { chipsOf, editsIn, editsWith, labelsFor, partsOf, warningOf } from '../../js/lib/parts.mjs'

const part = (/** @type {object} */ more) => JSON.stringify({ angle: 'offer', headline: '라떼 5,000원', items: [], ...more })

test('the parts of the three copies are read, texts alone', () => {
  const parts = partsOf({ fit_ad_parts: [part({ period: '11월만', badge: 5 }), part({}), part({ angle: 'mood' })] })
  assert.deepEqual(parts?.[0], { angle: 'offer', headline: '라떼 5,000원', period: '11월만' })
  assert.equal(parts?.[2].angle, 'mood')
})

for (const output of [undefined, null, 7, {}, { fit_ad_parts: 'x' }, { fit_ad_parts: ['{}'] }]) {
  test(`an output without parts gives none: ${JSON.stringify(output)}`, () => assert.equal(partsOf(output), null))
}

test('broken parts are empty ones', () => {
  assert.deepEqual(partsOf({ fit_ad_parts: ['{', '[1]', null] }), [{}, {}, {}])
})

test('chips are the facts that are there, in the order of the ad', () => {
  const chips = chipsOf({ period: '11월만', product: '라떼', price_now: '5,000원', headline: '라떼', link: '' })
  assert.deepEqual(chips.map(({ field }) => field), ['product', 'price_now', 'period'])
})

test('a change stands by copy and field, and can be taken back', () => {
  const once = editsWith('', 2, 'headline', '새 제목')
  const twice = editsWith(once, 1, 'sub', '')
  assert.deepEqual(editsIn(twice), { 1: { sub: '' }, 2: { headline: '새 제목' } })
  assert.equal(editsWith(twice, 2, '', null), '{"1":{"sub":""}}')
  assert.equal(editsWith(once, 2, '', null), '')
})

for (const text of [undefined, 5, '{', '[1]', 'null', '{"4":{"headline":"x"},"2":{"headline":5,"x":"y"},"1":"z"}']) {
  test(`foreign edits are left out: ${String(text)}`, () => assert.deepEqual(editsIn(text), {}))
}

test('empty facts are warned of, a linked input counts as filled', () => {
  const labels = labelsFor('ko')
  const node = (/** @type {Record<string, object>} */ inputs) => (/** @type {string} */ name) => inputs[name] ?? { value: ' ' }
  assert.equal(warningOf(node({}), labels), labels.empty)
  assert.equal(warningOf(node({ shop: { value: '봄날' } }), labels), labels.thin)
  assert.equal(warningOf(node({ offer: { linked: true } }), labels), '')
  assert.equal(warningOf(node({ features: { value: '주차' } }), labels), '')
})

test('both languages name the same', () => {
  const [english, korean] = [labelsFor('en'), labelsFor('ko')]
  assert.deepEqual(Object.keys(english.fields), Object.keys(korean.fields))
  assert.match(korean.fields.headline, /[가-힣]/)
})
