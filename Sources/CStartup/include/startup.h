// What is set before the libraries of a program begin; there is nothing to call.
#pragma once
