// Package guise lets the people who help customers act as a customer, inside
// any Go web application, to see what the customer sees.
package guise
