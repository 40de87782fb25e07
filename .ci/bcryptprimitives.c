/*
 * Every Go program for Windows asks bcryptprimitives.dll for random bytes. Wine before
 * version 9 has no such library; this one passes the question on. For tests only.
 */
#include <windows.h>
#include <bcrypt.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PUCHAR buffer, SIZE_T size)
{
	return BCryptGenRandom(NULL, buffer, (ULONG)size, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}
