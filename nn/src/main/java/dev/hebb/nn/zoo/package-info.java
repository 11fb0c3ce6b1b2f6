/**
 * Networks of the literature, each a short description made of layers, with the paper it comes from
 * and the number of parameters stated there. {@link dev.hebb.nn.zoo.Zoo} lists them by name.
 */
@NullMarked
package dev.hebb.nn.zoo;

import org.jspecify.annotations.NullMarked;
