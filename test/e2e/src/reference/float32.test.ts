import { describe, expect, it } from 'vitest';
import { float32Hex, float64Hex, nearestFloat32 } from './float32.ts';

describe('the reference for singles', () => {
  // Exactly between 1 and the single above it, and a trifle to either side.
  it.each([
    ['1.000000059604644775390625', '0000803f'],
    ['1.00000005960464477539062500001', '0100803f'],
    ['1.00000005960464477539062499999', '0000803f'],
    ['-1.00000005960464477539062500001', '010080bf'],
    ['1.000000178813934326171875', '0200803f'],
    ['1.00000017881393432617187499999', '0100803f'],
    ['7.006492321624085e-46', '00000000'],
    ['7.0064923216240853546186479164495807e-46', '01000000'],
    ['-0', '00000080'],
    ['0.1', 'cdcccc3d'],
    ['3.4028235e38', 'ffff7f7f'],
    ['1e-60', '00000000'],
  ])('reads %s as %s', (text, hex) => {
    expect(float32Hex([nearestFloat32(text)])).toBe(hex);
  });

  it('shows doubles as little-endian bytes', () => {
    expect(float64Hex(1)).toBe('000000000000f03f');
  });
});
