package dev.hebb.runtime.simd;
public class Reductions {

 public static float reduce(Combine k,float[] a,int ao,int n){ float r=(float)k.identity(); for(int i=0;i<n;i++) r=k.apply(r,a[ao+i]); return r; }
 public static void rows(Combine k,float[] a,int ao,float[] d,int o,int rows,int R){ for(int i=0;i<rows;i++) d[o+i]=reduce(k,a,ao+i*R,R); }
 public static void columns(Combine k,float[] a,int ao,float[] acc,int o,int rows,int K){ for(int i=0;i<rows;i++) for(int j=0;j<K;j++) acc[o+j]=k.apply(acc[o+j],a[ao+i*K+j]); }
 public static void expandRows(float[] a,int ao,float[] d,int o,int rows,int R){ for(int i=0;i<rows;i++) java.util.Arrays.fill(d,o+i*R,o+i*R+R,a[ao+i]); }

 public static double reduce(Combine k,double[] a,int ao,int n){ double r=k.identity(); for(int i=0;i<n;i++) r=k.apply(r,a[ao+i]); return r; }
 public static void rows(Combine k,double[] a,int ao,double[] d,int o,int rows,int R){ for(int i=0;i<rows;i++) d[o+i]=reduce(k,a,ao+i*R,R); }
 public static void columns(Combine k,double[] a,int ao,double[] acc,int o,int rows,int K){ for(int i=0;i<rows;i++) for(int j=0;j<K;j++) acc[o+j]=k.apply(acc[o+j],a[ao+i*K+j]); }
 public static void expandRows(double[] a,int ao,double[] d,int o,int rows,int R){ for(int i=0;i<rows;i++) java.util.Arrays.fill(d,o+i*R,o+i*R+R,a[ao+i]); }

 public static long reduce(Combine k,long[] a,int ao,int n){ long r=k.longIdentity(); for(int i=0;i<n;i++) r=k.apply(r,a[ao+i]); return r; }
 public static void rows(Combine k,long[] a,int ao,long[] d,int o,int rows,int R){ for(int i=0;i<rows;i++) d[o+i]=reduce(k,a,ao+i*R,R); }
 public static void columns(Combine k,long[] a,int ao,long[] acc,int o,int rows,int K){ for(int i=0;i<rows;i++) for(int j=0;j<K;j++) acc[o+j]=k.apply(acc[o+j],a[ao+i*K+j]); }
 public static void expandRows(long[] a,int ao,long[] d,int o,int rows,int R){ for(int i=0;i<rows;i++) java.util.Arrays.fill(d,o+i*R,o+i*R+R,a[ao+i]); }
}
