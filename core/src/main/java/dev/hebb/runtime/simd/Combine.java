package dev.hebb.runtime.simd;
public enum Combine { SUM, PROD, MAX, MIN; 
 public double identity(){ return switch(this){case SUM->0;case PROD->1;case MAX->Double.NEGATIVE_INFINITY;case MIN->Double.POSITIVE_INFINITY;}; }
 public long longIdentity(){ return switch(this){case SUM->0;case PROD->1;case MAX->Long.MIN_VALUE;case MIN->Long.MAX_VALUE;}; }
 public float apply(float a,float b){ return switch(this){case SUM->a+b;case PROD->a*b;case MAX->Math.max(a,b);case MIN->Math.min(a,b);}; }
 public double apply(double a,double b){ return switch(this){case SUM->a+b;case PROD->a*b;case MAX->Math.max(a,b);case MIN->Math.min(a,b);}; }
 public long apply(long a,long b){ return switch(this){case SUM->a+b;case PROD->a*b;case MAX->Math.max(a,b);case MIN->Math.min(a,b);}; }
}
