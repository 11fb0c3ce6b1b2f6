package dev.hebb.runtime.simd;
public class Philox { public static void uniform(long key,long counter,int first,float[] d,int o,int n){ for(int i=0;i<n;i++){ int e=first+i; d[o+i]=(ph(e/4,0,(int)counter,(int)(counter>>>32),key)[e%4]>>>8)*0x1p-24f; } }
  static int[] ph(int c0, int c1, int c2, int c3, long key) {
    int k0 = (int) key; int k1 = (int) (key >>> 32);
    for (int round = 0; round < 10; round++) {
      long p0 = 0xD2511F53L * Integer.toUnsignedLong(c0); long p1 = 0xCD9E8D57L * Integer.toUnsignedLong(c2);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0; int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1; c3 = (int) p0; c0 = n0; c2 = n2; k0 += 0x9E3779B9; k1 += 0xBB67AE85; }
    return new int[] {c0, c1, c2, c3}; } }
