package dev.hebb.runtime.simd;
public class StridedLoad { int[] d,s; public StridedLoad(int[] d,int[] s){this.d=d;this.s=s;}
 public void run(Object a,int ao,int start,Object dst,int o,int n){ for(int i=0;i<n;i++){ int l=start+i,at=ao; for(int k=d.length-1;k>=0;k--){ at+=l%d[k]*s[k]; l/=d[k]; }
  switch(dst){ case float[] f->f[o+i]=a instanceof float[] x?x[at]:((byte[])a)[at]; case double[] f->f[o+i]=((double[])a)[at]; case long[] f->f[o+i]=a instanceof int[] x?x[at]:((long[])a)[at]; default->throw new IllegalStateException(); } } } 
 public String toString(){return java.util.Arrays.toString(d)+java.util.Arrays.toString(s);} }
